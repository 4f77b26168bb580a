import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, freePort } from '@recapito/testing';
import type { SpecProcess } from '@recapito/testing';
import { incoherences } from './coherence.ts';
import { bring, sealedEnvelope } from './peer.ts';
import { factsOf, mail, quiet, submit } from './post.ts';
import { anna, comune, provincia, Stage } from './stage.ts';
import { TwoAtWork } from './two-installations.ts';

const child = new URL('./children/held-at.ts', import.meta.url);

describe('a process killed after another provider has answered 250 and before anything is recorded', () => {
  let two: TwoAtWork;
  let held: SpecProcess;

  beforeAll(async () => {
    two = await TwoAtWork.begin();
    await two.ours.stop();
  });

  afterAll(() => two.end(), 60_000);

  test('sends the envelope again, and the other provider delivers it and answers for it once', async () => {
    const { citizens, bodies } = two;
    const port = await freePort();
    held = await citizens.stage.program(child, {
      ...citizens.settings,
      RECAPITO_PORT: String(port),
      SPEC_HELD_AT: 'brought posta-certificata',
    });
    await held.line('ready');
    const token = await citizens.stage.citizenToken(anna.holder, 'enrolment');
    const service = Object.assign(Object.create(null), { url: `http://127.0.0.1:${port}` });
    const { body } = await submit(service, token, mail(anna.box, comune, ['Subject: Una volta sola']));
    await held.line('at brought posta-certificata');
    await held.kill();
    await eventually(() => two.received(bodies, comune, 'POSTA CERTIFICATA: Una volta sola') === 1);

    two.ours = await citizens.stage.service(citizens.settings);
    await two.quiet();
    expect(two.received(bodies, comune, 'POSTA CERTIFICATA: Una volta sola')).toBe(1);
    expect(two.received(citizens, anna.box, 'CONSEGNA: Una volta sola')).toBe(1);
    expect(incoherences(await factsOf(two.ours, body.identificativo))).toEqual([]);
    expect((await factsOf(two.theirs, body.identificativo)).map(({ type }) => type).toSorted()).toEqual([
      'arrival-repeated',
      'envelope-arrived',
      'message-delivered',
      'taken-in-charge',
    ]);
  });
});

describe('a process killed after it has committed what another provider brought and before it has answered', () => {
  const stage = new Stage();
  const letter = { from: provincia, to: comune, subject: 'Risposta perduta', number: 81 };
  const inBox = (box: string, text: string) => stage.store.messagesOf(box).filter((each) => each.includes(text));
  let envelope: Buffer;

  beforeAll(async () => {
    await stage.set();
    envelope = await sealedEnvelope(await stage.installation(), 'Gestore PEC degli Enti', letter);
  });

  afterAll(() => stage.end());

  test('delivers once and certifies it once, when the other provider sends the same again', async () => {
    const smtp = String(await freePort());
    const held = await stage.program(child, {
      RECAPITO_PORT: String(await freePort()),
      RECAPITO_SMTP_PORT: smtp,
      SPEC_HELD_AT: 'received',
    });
    await held.line('ready');
    const lost = bring(Number(smtp), { from: letter.from, to: [letter.to], content: envelope });
    await held.line('at received');
    await held.kill();
    await lost.catch(() => undefined);

    const service = await stage.service({ RECAPITO_SMTP_PORT: smtp });
    const again = await bring(Number(smtp), { from: letter.from, to: [letter.to], content: envelope });
    expect(again.at(-1)).toBe('250 2.6.0 preso in carico');
    await quiet(service);
    expect(inBox(comune, 'Subject: POSTA CERTIFICATA: Risposta perduta\r\n')).toHaveLength(1);
    const facts = await factsOf(service, 'pec9.20100802090000.00081@gestore-enti.example');
    const types = facts.map(({ type }) => type);
    for (const once of ['taken-in-charge', 'arrival-repeated', 'message-delivered'])
      expect(types.filter((type) => type === once)).toHaveLength(1);
    const receipts = await stage.client.emission.findMany({ where: { kind: 'avvenuta-consegna' } });
    expect(receipts).toHaveLength(1);
  });
});
