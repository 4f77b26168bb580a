import { createConnection } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { KnownSources, sourcesOf } from '@recapito/platform';
import { admitting, DoorStage, open } from '../../test/door-stage.ts';
import { authPlain, Dialog } from '../../test/mail-client.ts';
import type { SmtpDoor } from './smtp-door.ts';
import type { DoorOptions } from './door-options.ts';
import { SmtpReply } from './smtp-reply.ts';

const doors = new DoorStage();
afterEach(() => doors.close());

const crowded = (more: Partial<DoorOptions> = {}) =>
  doors.open(open, { secure: false, maxClients: 20, idleMs: 3_000, ...more });

/** What a client at an address is greeted with, and what it hears to a sender. */
async function treatedAt(door: SmtpDoor, from: string): Promise<string> {
  const dialog = await Dialog.open(door.port, false, from).catch(() => undefined);
  if (dialog === undefined) return 'turned away';
  await dialog.say('EHLO altro.example').catch(() => undefined);
  const reply = await dialog.say('MAIL FROM:<a@b.example>').catch(() => 'ended');
  dialog.vanish();
  // Others come as slowly as people do, and keep the rate of a source.
  await setTimeout(50);
  return reply.slice(0, 3);
}

/** A client that says NOOP as long as it is answered, or until the end. */
async function noops(dialog: Dialog | undefined, isOver = () => false): Promise<void> {
  let isAnswered = dialog !== undefined;
  while (isAnswered && !isOver()) {
    isAnswered = (await dialog?.say('NOOP').catch(() => undefined)) !== undefined;
    await setTimeout(20);
  }
  dialog?.vanish();
}

/** Clients that come again whenever they are ended, five times a second: faster than their rate. */
async function noopsForEver(door: SmtpDoor, addresses: readonly string[], isOver: () => boolean): Promise<void> {
  const forEver = async (from: string) => {
    while (!isOver()) {
      await noops(await Dialog.open(door.port, false, from).catch(() => undefined), isOver);
      await setTimeout(200);
    }
  };
  await Promise.all(addresses.map(forEver));
}

describe('twenty connections that say NOOP for ever', () => {
  test.each([
    ['from one address', Array.from({ length: 20 }, () => '127.0.1.1')],
    ['from twenty addresses', Array.from({ length: 20 }, (_, nth) => `127.0.1.${nth + 1}`)],
  ])('%s keep another client out at no time', async (_, addresses) => {
    const door = await crowded();
    let isOver = false;
    const crowd = noopsForEver(door, addresses, () => isOver);
    const heard: string[] = [];
    while (heard.length < 30) heard.push(await treatedAt(door, '127.0.0.2'));
    isOver = true;
    await crowd;
    expect(new Set(heard)).toEqual(new Set(['250']));
  });

  test('and do not come again keep not even a client behind their own address out', async () => {
    const door = await crowded();
    const opened = await Promise.all(
      Array.from({ length: 20 }, () => Dialog.open(door.port, false, '127.0.1.1').catch(() => undefined)),
    );
    const held = opened.map((dialog) => noops(dialog));
    for (let time = 0; time < 20; time += 1) expect(await treatedAt(door, '127.0.1.1')).toBe('250');
    // A client that sends nothing but NOOP counts as idle: after three seconds all of these connections are closed.
    await Promise.all(held);
  });
});

test('twenty messages that are on their way from one address leave room for others', async () => {
  const door = await crowded({ idleMs: 60_000 });
  const held = await Promise.allSettled(
    Array.from({ length: 20 }, async () => {
      const dialog = await Dialog.open(door.port, false, '127.0.1.1');
      for (const line of ['EHLO lento.example', 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA'])
        await dialog.say(line);
      return dialog;
    }),
  );
  const dripping = held.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  expect(dripping.length).toBeLessThanOrEqual(2);
  expect(await treatedAt(door, '127.0.0.2')).toBe('250');
  expect(await greeting(door, '127.0.1.1')).toMatch(/^421 4\.7\.0 Troppe connessioni insieme da questo indirizzo/);
  dripping.forEach((dialog) => dialog.vanish());
});

function greeting(door: SmtpDoor, localAddress: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    createConnection({ port: door.port, host: '127.0.0.1', localAddress })
      .on('data', (data) => (heard += data.toString()))
      .on('error', () => undefined)
      .on('close', () => resolve(heard));
  });
}

test('a source that succeeded before gets one of the places that are kept, whoever else is there', async () => {
  const known = new KnownSources();
  known.succeeded(sourcesOf('127.0.0.9'), Date.now());
  const door = await crowded({ idleMs: 60_000, known });
  const busy = Array.from({ length: 15 }, async (_, nth) => {
    const dialog = await Dialog.open(door.port, false, `127.0.1.${nth + 1}`);
    await dialog.say('EHLO lento.example');
    await dialog.say('MAIL FROM:<a@b.example>');
    return dialog;
  });
  const held = await Promise.all(busy);
  // All fifteen that strangers may have are at work.
  expect(await greeting(door, '127.0.0.3')).toMatch(/^421 /);
  expect(await treatedAt(door, '127.0.0.9')).toBe('250');
  held.forEach((dialog) => dialog.vanish());
});

// @rule SMTP-SESSION-LIMITS
test('a third wrong secret ends the connection: sixty on one are three', async () => {
  const wrong = () => Promise.reject(new SmtpReply(535, '5.7.8', 'Nome o password errati'));
  const door = await doors.open({ ...admitting, onAuth: wrong });
  const dialog = await Dialog.open(door.port, true);
  await dialog.say('EHLO x.example');
  const replies: string[] = [];
  for (let nth = 0; nth < 60; nth += 1) {
    const reply = await dialog.say(authPlain(`nessuno${nth}@pec.example`, 'sbagliata')).catch(() => undefined);
    if (reply === undefined) break;
    replies.push(
      ...reply
        .trim()
        .split('\r\n')
        .map((line) => line.slice(0, 3)),
    );
  }
  expect(replies.filter((code) => code === '535').length).toBeLessThanOrEqual(3);
  expect(replies.length).toBeLessThanOrEqual(4);
});

// @rule SMTP-SESSION-LIMITS
test('a hundred commands that lead to no message end it with 421', async () => {
  const door = await crowded();
  const dialog = await Dialog.open(door.port, false);
  let heard = '';
  for (let nth = 0; nth < 150 && !heard.includes('421'); nth += 1) heard = await dialog.say('NOOP').catch(() => '421');
  expect(heard).toContain('421');
});
