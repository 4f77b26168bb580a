import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { freePort, inLongForm } from '@recapito/testing';
import type { Step } from '../src/application/steps.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { sendMail, sendMailTo } from './mail-client.ts';
import type { Outgoing, Told } from './mail-client.ts';
import { factsOf, mail, quiet } from './post.ts';
import { comune, inpsReceipts, mario, Stage } from './stage.ts';

/** The way of one message from its client to the receipt, step by step; the process is killed at each. */
const steps: readonly Step[] = [
  'taken',
  'spooled',
  'accepted',
  'sealed accettazione',
  'brought accettazione',
  'sealed posta-certificata',
  'brought posta-certificata',
  'sealed presa-in-carico',
  'brought presa-in-carico',
  'stored',
  'sealed avvenuta-consegna',
  'brought avvenuta-consegna',
];

/** Before the answer, with a receipt on its way, with an envelope, and with one that the mail store has. */
const inNpmTest: readonly Step[] = ['accepted', 'sealed accettazione', 'brought posta-certificata', 'stored'];

/** At these the client has not been answered. */
const beforeAnswer: ReadonlySet<Step> = new Set(['taken', 'spooled', 'accepted']);

const stage = new Stage();
const identity = new IdentityStandIn().knows('rssmra80a01h501u', 'inps-trial', mario.holder);

beforeAll(async () => {
  await stage.asks(identity);
  await stage.set();
});

afterAll(() => stage.end());

const asMario = { user: mario.box };
const inBox = (box: string, subject: string) =>
  stage.store.messagesOf(box).filter((message) => message.includes(`Subject: ${subject}\r\n`)).length;

/** Sends to a process that is killed when it has come to a step. @returns what the client was told before; null if nothing */
async function sendUntilKilled(step: Step, message: Outgoing): Promise<Told | null> {
  const smtps = await freePort();
  const held = await stage.program(new URL('./children/held-at.ts', import.meta.url), {
    RECAPITO_PORT: String(await freePort()),
    RECAPITO_SMTPS_PORT: String(smtps),
    SPEC_HELD_AT: step,
  });
  await held.line('ready');
  const told = sendMailTo(stage, smtps, asMario, message).catch(() => null);
  await held.line(`at ${step}`);
  await held.kill();
  return await told;
}

describe('a process that is killed', () => {
  test.each(inLongForm(steps, inNpmTest))(
    'at "%s" leaves one legal message, one acceptance, one delivery',
    async (step) => {
      const subject = `Uccisa a ${step}`;
      const raw = mail(mario.box, comune, [
        `Subject: ${subject}`,
        `Message-ID: <${steps.indexOf(step)}@client.example>`,
      ]);
      const message = { from: mario.box, to: [comune], raw };
      const told = await sendUntilKilled(step, message);
      if (beforeAnswer.has(step)) expect(told).toBeNull();
      const service: RunningService<PrismaClient> = await stage.service();
      // A client that has no answer sends the same again.
      if (told === null) expect(await sendMail(stage, service, asMario, message)).toMatchObject({ code: 250 });
      await quiet(service);
      expect(inBox(comune, `POSTA CERTIFICATA: ${subject}`)).toBe(1);
      expect(inBox(mario.box, `ACCETTAZIONE: ${subject}`)).toBe(1);
      expect(inBox(mario.box, `CONSEGNA: ${subject}`)).toBe(1);
      expect(inBox(inpsReceipts, `PRESA IN CARICO: ${subject}`)).toBe(1);
      const facts = (await factsOf(service)).filter(({ data }) => data['oggetto'] === subject);
      const certain = facts.filter(({ type }) => type !== 'arrival-repeated');
      expect(certain.map(({ type }) => type)).toEqual([
        'message-accepted',
        'envelope-dispatched',
        'taken-in-charge',
        'message-delivered',
      ]);
      expect(new Set(facts.map(({ key }) => key)).size).toBe(1);
      await service.stop();
    },
  );

  test.each(inLongForm<Step>(['spooled', 'accepted'], ['spooled']))(
    'at "%s", before it answers a message without Message-ID, leaves one legal message when the client sends it again',
    async (step) => {
      const subject = `Senza id a ${step}`;
      const message = { from: mario.box, to: [comune], raw: mail(mario.box, comune, [`Subject: ${subject}`]) };
      expect(await sendUntilKilled(step, message)).toBeNull();
      const service = await stage.service();
      expect(await sendMail(stage, service, asMario, message)).toMatchObject({ code: 250 });
      await quiet(service);
      expect(inBox(comune, `POSTA CERTIFICATA: ${subject}`)).toBe(1);
      expect(inBox(mario.box, `ACCETTAZIONE: ${subject}`)).toBe(1);
      await service.stop();
    },
  );
});
