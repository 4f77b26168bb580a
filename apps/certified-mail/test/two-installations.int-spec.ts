import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { instant } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { incoherences } from './coherence.ts';
import { HoldDesk } from './hold-desk.ts';
import { Dialog } from './mail-client.ts';
import { bring as bringTo, sealedEnvelope } from './peer.ts';
import { client, factsOf, mail, quiet, submit } from './post.ts';
import { anna, comune, inAugust, mario, provincia } from './stage.ts';
import { TwoAtWork } from './two-installations.ts';
import type { Installed } from './two-installations.ts';

let two: TwoAtWork;
let citizens: Installed;
let bodies: Installed;

beforeAll(async () => {
  two = await TwoAtWork.begin();
  ({ citizens, bodies } = two);
});

afterAll(() => two.end(), 60_000);

const typesOf = async (service: RunningService<PrismaClient>, identificativo: string) =>
  (await factsOf(service, identificativo)).map(({ type }) => type);

describe('two installations over SMTP', () => {
  // @rule TRACE-OF-OTHERS
  test('a message reaches the other one, and its receipts come back; each trace is coherent by itself', async () => {
    const identificativo = await two.write('Tra gestori');
    await two.quiet();
    expect(two.received(bodies, comune, 'POSTA CERTIFICATA: Tra gestori')).toBe(1);
    const [stored] = bodies.stage.store.messagesOf(comune).filter((each) => each.includes(identificativo));
    expect(stored?.toString('latin1')).toMatch(
      /^Return-Path: <.*>\r\nReceived: from \S+ \(\[127\.0\.0\.1\]\)\s+by \S+\s+with ESMTPS\s+id \S+;\s+\w{3}, /,
    );
    expect(two.received(citizens, anna.box, 'CONSEGNA: Tra gestori')).toBe(1);
    expect(two.received(citizens, 'ricevute@postacertificata.gov.it', 'PRESA IN CARICO: Tra gestori')).toBe(1);
    expect(incoherences(await factsOf(two.ours, identificativo))).toEqual([]);
    expect(await typesOf(two.ours, identificativo)).toEqual([
      'message-accepted',
      'envelope-dispatched',
      'taken-in-charge',
      'message-delivered',
    ]);
    expect(await typesOf(two.theirs, identificativo)).toEqual([
      'envelope-arrived',
      'taken-in-charge',
      'message-delivered',
    ]);
    const [delivered] = (await factsOf(two.ours, identificativo)).filter(({ type }) => type === 'message-delivered');
    expect(delivered?.data).toMatchObject({ gestore: 'Gestore PEC degli Enti', consegna: comune });
  });

  test('one message for two boxes of a provider is taken in charge once, and delivered to each', async () => {
    const identificativo = await two.write('A due enti', `${comune}, ${provincia}`);
    await two.quiet();
    expect((await typesOf(two.theirs, identificativo)).toSorted()).toEqual(
      ['envelope-arrived', 'message-delivered', 'message-delivered', 'taken-in-charge'].toSorted(),
    );
    expect(two.received(citizens, anna.box, 'CONSEGNA: A due enti')).toBe(2);
    expect(incoherences(await factsOf(two.ours, identificativo))).toEqual([]);
  });

  test('a box that is not there is told by the other provider, and that is the outcome', async () => {
    const identificativo = await two.write('Casella ignota', 'anagrafe@pec.comune.borgovento.example');
    await two.quiet();
    expect(two.received(citizens, anna.box, 'AVVISO DI MANCATA CONSEGNA: Casella ignota')).toBe(1);
    expect(incoherences(await factsOf(two.ours, identificativo))).toEqual([]);
  });

  test('while the other one is away messages wait, and go out once when it is back', async () => {
    await two.theirs.stop();
    const identificativo = await two.write('Mentre era lontano');
    const waits = `SELECT count(*)::int AS waits FROM emission WHERE state = 'due' AND tries > 0 AND identificativo = $1`;
    await eventually(async () => {
      const [row] = await client(two.ours).$queryRawUnsafe<{ waits: number }[]>(waits, identificativo);
      return row?.waits === 1;
    });
    await two.startTheirs();
    await two.quiet();
    expect(two.received(bodies, comune, 'POSTA CERTIFICATA: Mentre era lontano')).toBe(1);
    expect(incoherences(await factsOf(two.ours, identificativo))).toEqual([]);
  });
});

interface Waiting {
  readonly items: readonly { id: string; state: string; tries: number; towards: string; recipients: string[] }[];
}
const queue = async (query = '') =>
  (await citizens.stage.call<Waiting>('GET', `/queue${query}`, { as: 'operator', to: two.ours })).body.items;

describe('the queue', () => {
  const operate = (id: string, what: 'holds' | 'retries' | 'returns') =>
    citizens.stage.call('POST', `/queue/${id}/${what}`, { as: 'operator', to: two.ours });

  async function waiting(): Promise<string> {
    return await eventually(async () => {
      const [first] = await queue();
      return first !== undefined && first.tries > 0 && first.id;
    });
  }

  // @rule QUEUE-OPERATED
  test('shows what waits for another provider; held, it waits on until it is hurried', async () => {
    await two.theirs.stop();
    const identificativo = await two.write('Trattenuto');
    const id = await waiting();
    expect(await queue()).toMatchObject([{ towards: 'Gestore PEC degli Enti', state: 'due', recipients: [comune] }]);
    expect((await operate(id, 'holds')).body).toEqual({ state: 'held' });
    await two.startTheirs();
    await quiet(two.ours);
    expect(await queue('?state=held')).toHaveLength(1);
    expect(two.received(bodies, comune, 'POSTA CERTIFICATA: Trattenuto')).toBe(0);
    expect((await operate(id, 'retries')).body).toEqual({ state: 'due' });
    await two.quiet();
    expect(two.received(bodies, comune, 'POSTA CERTIFICATA: Trattenuto')).toBe(1);
    expect(await queue()).toEqual([]);
    expect(incoherences(await factsOf(two.ours, identificativo))).toEqual([]);
  });

  // @rule QUEUE-OPERATED
  test('gives up only what is held, and then the sender has the outcome', async () => {
    await two.theirs.stop();
    const identificativo = await two.write('Restituito');
    const id = await waiting();
    const early = await operate(id, 'returns');
    expect([early.status, early.body['type']]).toEqual([409, 'queue/not-held']);
    await operate(id, 'holds');
    await eventually(async () => (await operate(id, 'returns')).body['state'] === 'returned');
    await quiet(two.ours);
    expect(two.received(citizens, anna.box, 'AVVISO DI MANCATA CONSEGNA: Restituito')).toBe(1);
    expect((await typesOf(two.ours, identificativo)).at(-1)).toBe('message-not-delivered');
    const again = await operate(id, 'retries');
    expect([again.status, again.body['type']]).toEqual([404, 'queue/unknown']);
    expect((await operate('nessuno', 'holds')).status).toBe(404);
    await two.startTheirs();
  });

  test('lets go what waits because its sender’s box is held by nobody’s single word', async () => {
    await two.theirs.stop();
    const pin = await citizens.stage.citizenToken(mario.holder, 'pin');
    await submit(two.ours, pin, mail(mario.box, comune, ['Subject: Casella sospesa']));
    const id = await waiting();
    const desk = new HoldDesk(citizens.stage, two.ours);
    await desk.hold(desk.maria, { box: mario.box, reason: 'segnalata' });
    for (const single of ['holds', 'retries'] as const)
      expect((await operate(id, single)).body).toMatchObject({ type: 'queue/box-held' });
    await two.startTheirs();
    await desk.release(mario.box, 'send');
    await two.quiet();
    expect(two.received(bodies, comune, 'POSTA CERTIFICATA: Casella sospesa')).toBe(1);
  });
});

describe('a provider that stays away', () => {
  // @rule DEADLINE-ENDS-SENDING
  test('longer than a day: the sender is told twice, and the envelope leaves no more', async () => {
    await two.theirs.stop();
    const identificativo = await two.write('Un giorno dopo');
    for (const [hours, notices] of [
      [12, 1],
      [23, 2],
    ] as const) {
      const at = instant(inAugust + hours * 3_600_000);
      await citizens.stage.setClock(at);
      await eventually(() => two.ours.platform.clock.now() >= at);
      await eventually(
        async () =>
          (await typesOf(two.ours, identificativo)).filter((type) => type === 'time-limit-passed').length === notices,
      );
    }
    await eventually(async () => (await queue()).length === 0);
    await two.startTheirs();
    await two.quiet();
    expect(two.received(bodies, comune, 'POSTA CERTIFICATA: Un giorno dopo')).toBe(0);
    const notice = 'AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO: Un giorno dopo';
    expect(two.received(citizens, anna.box, notice)).toBe(2);
    expect(incoherences(await factsOf(two.ours, identificativo))).toEqual([]);
  });
});

describe('the incoming point', () => {
  /** Says a whole transaction to the door of the bodies, and gives back the last reply. */
  async function bring(from: string, to: string, content: string | Buffer = ''): Promise<string | undefined> {
    return (await bringTo(bodies.port, { from, to: [to], content })).at(-1);
  }

  // @rule INCOMING-ORDINARY
  test('takes nothing for boxes of others, nothing ordinary, and asks nobody for a password', async () => {
    expect(await bring(anna.box, 'qualcuno@altrove.example')).toMatch(/^550 5\.7\.1 .*\(SMTP-INCOMING\)$/);
    expect(await bring('amico@posta.example', comune)).toBe(
      '550 5.7.1 La casella riceve solo posta elettronica certificata. (INCOMING-ORDINARY)',
    );
    // With the null reverse path it may be a receipt: what it is, is seen at the end.
    expect(await bring('', comune)).toMatch(/^554 5\.7\.1 .*\(INCOMING-SIGNED\)$/);
    const dialog = await Dialog.open(bodies.port, false);
    expect(await dialog.say('EHLO altrove.example')).not.toContain('AUTH');
    dialog.vanish();
  });

  test('believes no message without a provider’s signature, whoever it says it is from', async () => {
    const before = (await factsOf(two.theirs)).length;
    const forged = mail('posta-certificata@postacertificata.gov.it', comune, ['X-Trasporto: posta-certificata']);
    expect(await bring(anna.box, comune, forged)).toMatch(/^554 5\.7\.1 .*\(INCOMING-SIGNED\)$/);
    expect(await factsOf(two.theirs)).toHaveLength(before);
  });

  // @rule SMTP-INCOMING TLS-CLEAR-TRACED
  test('an envelope that comes again, as when the answer was lost, is delivered once', async () => {
    const ripetuta = { from: anna.box, to: comune, subject: 'Ripetuta', number: 1 };
    const envelope = await sealedEnvelope(two.ours.app.get(Installation), 'PostaCertificat@', ripetuta);
    expect(await bring(anna.box, comune, envelope)).toBe('250 2.6.0 preso in carico');
    expect(await bring(anna.box, comune, envelope)).toBe('250 2.6.0 preso in carico');
    await eventually(() => two.received(bodies, comune, 'POSTA CERTIFICATA: Ripetuta') === 1);
    expect(await typesOf(two.theirs, 'pec9.20100802090000.00001@postacertificata.gov.it')).toContain(
      'arrival-repeated',
    );
    // The spec’s own dialog has no TLS.
    expect(await typesOf(two.theirs, 'pec9.20100802090000.00001@postacertificata.gov.it')).toContain(
      'arrived-in-clear',
    );
    const altered = Buffer.from(envelope.toString('latin1').replace('Ripetuta"', 'Cambiata"'), 'latin1');
    expect(await bring(anna.box, comune, altered)).toMatch(/^554 5\.7\.1 .*\(INCOMING-INTACT\)$/);
  });
});
