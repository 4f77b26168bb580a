import { connect } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { serviceLogger, Unavailable } from '@recapito/platform';
import { parseInstant, refuse } from '@recapito/primitives';
import { issueServerCertificate, makeAuthority } from '@recapito/rfc6109';
import type { Credential } from '@recapito/rfc6109';
import { SmtpDoor } from './smtp-door.ts';
import type { DoorHandlers, DoorOptions } from './smtp-door.ts';
import { refusedReply } from './smtp-reply.ts';

const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
const doors: SmtpDoor[] = [];
let credential: Credential;

beforeAll(async () => {
  credential = await issueServerCertificate(await makeAuthority('Spec', validity), ['localhost'], validity);
});

afterEach(() => Promise.all(doors.splice(0).map((door) => door.close())));

const admitting: DoorHandlers = {
  onAuth: () => Promise.resolve('somebody'),
  onMailFrom: () => Promise.resolve(),
  onRcptTo: () => Promise.resolve(),
  onData: (data) => new Promise((resolve) => data.resume().on('end', () => resolve('2.6.0 preso'))),
};

async function open(handlers: Partial<DoorHandlers>, more: Partial<DoorOptions> = {}): Promise<SmtpDoor> {
  const door = new SmtpDoor(
    {
      name: 'spec',
      hostName: 'porta.example',
      host: '127.0.0.1',
      port: 0,
      secure: true,
      cert: credential.certificate,
      key: credential.privateKey,
      size: 10_000,
      maxClients: 5,
      idleMs: 60_000,
      logger: serviceLogger('spec', 'silent'),
      replies: { inc: () => undefined },
      ...more,
    },
    { ...admitting, ...handlers },
  );
  doors.push(door);
  await door.open();
  return door;
}

/** Says lines one after the other, each when the one before is answered, and gives back the replies. */
function dialog(door: SmtpDoor, ...lines: string[]): Promise<string[]> {
  return new Promise((resolve) => {
    const socket = connect({ port: door.port, host: '127.0.0.1', rejectUnauthorized: false });
    const replies: string[] = [];
    let heard = '';
    const end = () => {
      socket.destroy();
      resolve(replies);
    };
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (!/^\d{3} .*\r\n$/m.test(heard)) return;
      replies.push(heard.trimEnd());
      heard = '';
      const line = lines.shift();
      if (line === undefined) end();
      else socket.write(`${line}\r\n`);
    });
    socket.on('close', end);
  });
}

const signedIn = ['EHLO spec.example', `AUTH PLAIN ${Buffer.from('\0a\0b').toString('base64')}`];
const last = async (...said: Parameters<typeof dialog>) => (await dialog(...said)).at(-1);

describe('what a client is told', () => {
  test('a refusal: 550 with the reason in ASCII and its rule', async () => {
    const refusal = refuse('box/closed', 'BOX-CLOSED', { it: 'La casella è chiusa.', en: 'The box is closed.' });
    const door = await open({ onMailFrom: () => Promise.reject(refusedReply(refusal)) });
    expect(await last(door, ...signedIn, 'MAIL FROM:<a@b.example>')).toBe(
      "550 5.7.1 La casella e' chiusa. (BOX-CLOSED)",
    );
  });

  test.each([
    ['a neighbour that is away', new Unavailable('identity', 'did not answer')],
    ['a bug of ours, whose words stay inside', new Error('password=abc')],
  ])('after %s: to come again', async (_, fault) => {
    const door = await open({ onRcptTo: () => Promise.reject(fault) });
    expect(await last(door, ...signedIn, 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>')).toBe(
      '451 4.3.0 Servizio momentaneamente non disponibile, riprovare (SMTP-AGAIN)',
    );
  });

  test('the words of whoever took the message', async () => {
    const door = await open({});
    const said = [...signedIn, 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA', 'Subject: x\r\n\r\nx\r\n.'];
    expect(await last(door, ...said)).toBe('250 2.6.0 preso');
  });
});

describe('what a door bears', () => {
  test('a line without end is cut off', async () => {
    const door = await open({});
    expect(await last(door, ...signedIn, `MAIL FROM:<${'a'.repeat(200_000)}@b.example>`)).toMatch(/^[45]\d\d /);
  });

  test('a client too many is asked to come again', async () => {
    const door = await open({}, { maxClients: 1 });
    const first = connect({ port: door.port, host: '127.0.0.1', rejectUnauthorized: false });
    await new Promise<void>((resolve) => first.once('data', () => resolve()));
    expect((await dialog(door))[0]).toMatch(/^421 /);
    first.destroy();
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
    const answered = last(door, ...said);
    await taking.promise;
    const closed = door.close();
    decided.resolve('2.6.0 preso');
    expect(await answered).toBe('250 2.6.0 preso');
    await closed;
  });
});
