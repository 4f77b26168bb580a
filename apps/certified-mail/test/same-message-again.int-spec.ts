import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { messageAccepted } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { after } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { authPlain, Dialog, doorsOf, sendMail } from './mail-client.ts';
import { dataOf, mail, quiet, submit } from './post.ts';
import { anna, comune, inAugust, inpsSender, Stage } from './stage.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const stage = new Stage();
const identity = new IdentityStandIn().knows(anna.box, 'cec-pac', anna.holder);
let service: RunningService<PrismaClient>;
let notification: string;

beforeAll(async () => {
  await stage.asks(identity);
  await stage.set();
  service = await stage.service();
});
// A token of a service lives for a minute, a spec may take longer.
beforeEach(async () => {
  notification = await stage.serviceToken('notification');
});

afterAll(() => stage.end());

const reminder = (subject: string, more: string[] = []) => mail(anna.box, comune, [`Subject: ${subject}`, ...more]);
const client = { user: anna.box };
const sent = (raw: string) => ({ from: anna.box, to: [comune], raw });

async function passTo(at: Instant): Promise<void> {
  await stage.setClock(at);
  await eventually(() => service.platform.clock.now() >= at);
}

const acceptedWith = async (subject: string) =>
  (await dataOf(service, messageAccepted)).filter(({ oggetto }) => oggetto === subject).length;

/** A client that signs in and says where a message goes. */
async function before(): Promise<Dialog> {
  const dialog = await Dialog.open(doorsOf(service).smtps, true);
  for (const line of ['EHLO cliente.example', authPlain(anna.box)]) expect(await dialog.say(line)).toMatch(/^2/);
  return dialog;
}

async function send(dialog: Dialog, raw: string): Promise<string> {
  for (const line of [`MAIL FROM:<${anna.box}>`, `RCPT TO:<${comune}>`]) expect(await dialog.say(line)).toMatch(/^250/);
  expect(await dialog.say('DATA')).toMatch(/^354/);
  return (await dialog.say(`${raw}.`)).trim();
}

// @rule SUBMISSION-SAME-MESSAGE
describe('without a Message-ID', () => {
  test('the same text again in one session is another message: the client has heard the first answer', async () => {
    const dialog = await before();
    const answers = [await send(dialog, reminder('Due solleciti')), await send(dialog, reminder('Due solleciti'))];
    dialog.vanish();
    expect(answers[0]).toMatch(/^250 2\.6\.0 \S+ accettato$/);
    expect(answers[1]).toMatch(/^250 2\.6\.0 \S+ accettato$/);
    expect(answers[0]).not.toBe(answers[1]);
    expect(await acceptedWith('Due solleciti')).toBe(2);
  });

  test('the same text in another session is another message after QUIT', async () => {
    const answers = [];
    for (let nth = 0; nth < 2; nth++) {
      const dialog = await before();
      answers.push(await send(dialog, reminder('Dopo QUIT')));
      expect(await dialog.say('QUIT')).toMatch(/^221 /);
    }
    expect(answers[0]).toMatch(/ accettato$/);
    expect(answers[1]).toMatch(/ accettato$/);
    expect(answers[0]).not.toBe(answers[1]);
  });

  test('a client that went away without another command sends the same message again', async () => {
    const raw = reminder('Risposta persa');
    const first = await before();
    const answer = await send(first, raw);
    first.vanish();
    const second = await before();
    expect(await send(second, raw)).toBe(answer);
    expect(await acceptedWith('Risposta persa')).toBe(1);
    // It hears this answer, so what it sends next is another message.
    expect(await send(second, raw)).not.toBe(answer);
    expect(await acceptedWith('Risposta persa')).toBe(2);
    second.vanish();
  });

  test('for one hour, and not longer', async () => {
    const dialog = await before();
    const first = await send(dialog, reminder("Entro un'ora"));
    dialog.vanish();
    await passTo(after(inAugust, 59 * minuteMs));
    const second = await before();
    expect(await send(second, reminder("Entro un'ora"))).toBe(first);
    second.vanish();
    await passTo(after(inAugust, 60 * minuteMs));
    const third = await before();
    const other = await send(third, reminder("Entro un'ora"));
    third.vanish();
    expect(other).toMatch(/ accettato$/);
    expect(other).not.toBe(first);
  });

  test('over HTTP one Idempotency-Key is one message, and another key is another message', async () => {
    const text = mail(inpsSender, anna.box, ['Subject: Con chiave']);
    const one = await submit(service, notification, text, { key: 'promemoria-1' });
    const same = await submit(service, notification, text, { key: 'promemoria-1' });
    const other = await submit(service, notification, text, { key: 'promemoria-2' });
    expect(same.body).toEqual(one.body);
    expect(other.body.outcome).toBe('accepted');
    expect(other.body.identificativo).not.toBe(one.body.identificativo);
  });
});

// @rule SUBMISSION-SAME-MESSAGE
describe('with a Message-ID', () => {
  test('the same message again is one message for seven days, whatever the client has heard', async () => {
    const raw = reminder("Con identita'", ['Message-ID: <settimana@client.example>']);
    await quiet(service);
    const start = service.platform.clock.now();
    const first = await sendMail(stage, service, client, sent(raw));
    expect(first.words).toMatch(/ accettato$/);
    await passTo(after(start, 7 * dayMs - minuteMs));
    expect(await sendMail(stage, service, client, sent(raw))).toEqual(first);
    await passTo(after(start, 7 * dayMs));
    const later = await sendMail(stage, service, client, sent(raw));
    expect(later).toEqual({ code: 250, words: expect.stringMatching(/ accettato$/) });
    expect(later.words).not.toBe(first.words);
  });
});
