import { connect } from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import { serviceLogger, Unavailable } from '@recapito/platform';
import { refuse } from '@recapito/primitives';
import { admitting, dialog, DoorStage, lastReply, signedIn } from '../../test/door-stage.ts';
import type { DoorHandlers } from './smtp-door.ts';
import type { DoorOptions } from './door-options.ts';
import { refusedReply } from './smtp-reply.ts';

const doors = new DoorStage();
const open = (handlers: Partial<DoorHandlers>, more: Partial<DoorOptions> = {}) =>
  doors.open({ ...admitting, ...handlers }, more);

afterEach(() => doors.close());

describe('what a client is told', () => {
  // @rule SMTP-REASON
  test('a refusal: 550 with the reason in ASCII and its rule', async () => {
    const refusal = refuse('mailbox/state-forbids', 'BOX-CLOSED', {
      it: 'La casella è chiusa.',
      en: 'The box is closed.',
    });
    const door = await open({ onMailFrom: () => Promise.reject(refusedReply(refusal)) });
    expect(await lastReply(door, ...signedIn, 'MAIL FROM:<a@b.example>')).toBe(
      "550 5.7.1 La casella e' chiusa. (BOX-CLOSED)",
    );
  });

  // @rule SMTP-AGAIN
  test.each([
    ['a neighbour that is away', new Unavailable('identity', 'did not answer')],
    ['a bug of ours, whose words stay inside', new Error('password=abc')],
  ])('after %s: to come again', async (_, fault) => {
    const door = await open({ onRcptTo: () => Promise.reject(fault) });
    expect(await lastReply(door, ...signedIn, 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>')).toBe(
      '451 4.3.0 Servizio momentaneamente non disponibile, riprovare (SMTP-AGAIN)',
    );
  });

  // @rule SMTP-AGAIN
  test.each(['onAuth', 'onMailFrom', 'onRcptTo', 'onData'] as const)(
    'after a fault that %s throws before it returns a promise: to come again, counted and logged',
    async (handler) => {
      const counted: unknown[] = [];
      const logged: unknown[] = [];
      const logger = Object.assign(serviceLogger('spec', 'silent'), { error: (said: unknown) => logged.push(said) });
      const thrower = () => {
        throw new Error('password=abc');
      };
      const replies = { inc: (labels: unknown) => counted.push(labels) };
      const door = await open({ [handler]: thrower }, { logger, replies });
      const said = [
        ...signedIn,
        'MAIL FROM:<a@b.example>',
        'RCPT TO:<c@d.example>',
        'DATA',
        'Subject: x\r\n\r\nx\r\n.',
      ];
      const nth = { onAuth: 2, onMailFrom: 3, onRcptTo: 4, onData: 6 }[handler];
      expect(await lastReply(door, ...said.slice(0, nth))).toBe(
        '451 4.3.0 Servizio momentaneamente non disponibile, riprovare (SMTP-AGAIN)',
      );
      const command = { onAuth: 'AUTH', onMailFrom: 'MAIL', onRcptTo: 'RCPT', onData: 'DATA' }[handler];
      expect(counted.at(-1)).toEqual({ door: 'spec', command, code: 451 });
      expect(logged).toEqual([{ event: 'smtp-fault', err: new Error('password=abc'), door: 'spec', command }]);
    },
  );

  test('the words of whoever took the message', async () => {
    const door = await open({});
    const said = [...signedIn, 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA', 'Subject: x\r\n\r\nx\r\n.'];
    expect(await lastReply(door, ...said)).toBe('250 2.6.0 preso');
  });
});

describe('what a door bears', () => {
  test('a line without end is cut off', async () => {
    const door = await open({});
    expect(await lastReply(door, ...signedIn, `MAIL FROM:<${'a'.repeat(200_000)}@b.example>`)).toMatch(/^[45]\d\d /);
  });

  test('a client too many takes the place of one that did nothing, which is asked to come again', async () => {
    const door = await open({}, { maxClients: 1 });
    const first = connect({ port: door.port, host: '127.0.0.1', rejectUnauthorized: false });
    let heard = '';
    first.on('data', (data) => (heard += data.toString()));
    await new Promise<void>((resolve) => first.once('data', () => resolve()));
    const ended = new Promise<void>((resolve) => first.once('close', () => resolve()));
    expect((await dialog(door))[0]).toMatch(/^220 /);
    await ended;
    expect(heard).toMatch(/^421 4\.7\.0 Il posto serve ad altri/m);
  });

  test('a silent client is let go', async () => {
    const door = await open({}, { idleMs: 200 });
    const silent = connect({ port: door.port, host: '127.0.0.1', rejectUnauthorized: false });
    silent.on('error', () => undefined).resume();
    await new Promise<void>((resolve) => silent.once('close', () => resolve()));
    expect(door.clients).toBe(0);
  });

  test('who has no message on its way when the door closes is told so, and not waited for', async () => {
    const door = await open({});
    const idle = connect({ port: door.port, host: '127.0.0.1', rejectUnauthorized: false }).setEncoding('utf8');
    let heard = '';
    idle.on('data', (text: string) => (heard += text));
    await new Promise<void>((resolve) => idle.once('data', () => resolve()));
    const gone = new Promise<void>((resolve) => idle.once('close', () => resolve()));
    const began = performance.now();
    await door.close();
    await gone;
    expect(heard).toMatch(/^220 porta\.example [^]*421 4\.3\.2 Il servizio si ferma\r\n$/);
    // Whose message is on its way is waited for, for five seconds.
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  test('a message that is being taken when the door closes is answered', async () => {
    const taking = Promise.withResolvers<void>();
    const decided = Promise.withResolvers<string>();
    const door = await open({
      onData: async (data) => {
        data.resume();
        taking.resolve();
        return await decided.promise;
      },
    });
    const said = [...signedIn, 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA', 'Subject: x\r\n\r\nx\r\n.'];
    const answered = lastReply(door, ...said);
    await taking.promise;
    const closed = door.close();
    decided.resolve('2.6.0 preso');
    expect(await answered).toBe('250 2.6.0 preso');
    await closed;
  });
});
