import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
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
import { start, twoInstallations } from './two-installations.ts';
import type { Installed } from './two-installations.ts';

jest.setTimeout(90_000);

let citizens: Installed;
let bodies: Installed;
let ours: RunningService<PrismaClient>;
let theirs: RunningService<PrismaClient>;
let token: string;

beforeAll(async () => {
  ({ citizens, bodies } = await twoInstallations());
  [ours, theirs] = [await start(citizens), await start(bodies)];
  token = await citizens.stage.citizenToken(anna.holder, 'enrolment');
}, 120_000);

afterAll(async () => {
  await citizens.stage.end();
  await bodies.stage.end();
}, 60_000);

async function write(subject: string, to = comune): Promise<string> {
  const { body } = await submit(ours, token, mail(anna.box, to, [`Subject: ${subject}`]));
  expect(body.outcome).toBe('accepted');
  return body.identificativo;
}

const received = ({ stage }: Installed, box: string, subject: string) =>
  stage.store.messagesOf(box).filter((message) => message.includes(`Subject: ${subject}\r\n`)).length;

const typesOf = async (service: RunningService<PrismaClient>, identificativo: string) =>
  (await factsOf(service, identificativo)).map(({ type }) => type);

async function allQuiet(): Promise<void> {
  for (const service of [ours, theirs, ours]) await quiet(service);
}

describe('two installations over SMTP', () => {
  test('a message reaches the other one, and its receipts come back; each trace is coherent by itself', async () => {
    const identificativo = await write('Tra gestori');
    await allQuiet();
    expect(received(bodies, comune, 'POSTA CERTIFICATA: Tra gestori')).toBe(1);
    expect(received(citizens, anna.box, 'CONSEGNA: Tra gestori')).toBe(1);
    expect(received(citizens, 'ricevute@postacertificata.gov.it', 'PRESA IN CARICO: Tra gestori')).toBe(1);
    expect(incoherences(await factsOf(ours, identificativo))).toEqual([]);
    expect(await typesOf(ours, identificativo)).toEqual([
      'message-accepted',
      'envelope-dispatched',
      'taken-in-charge',
      'message-delivered',
    ]);
    expect(await typesOf(theirs, identificativo)).toEqual(['envelope-arrived', 'taken-in-charge', 'message-delivered']);
    const [delivered] = (await factsOf(ours, identificativo)).filter(({ type }) => type === 'message-delivered');
    expect(delivered?.data).toMatchObject({ gestore: 'Gestore PEC degli Enti', consegna: comune });
  });

  test('one message for two boxes of a provider is taken in charge once, and delivered to each', async () => {
    const identificativo = await write('A due enti', `${comune}, ${provincia}`);
    await allQuiet();
    expect((await typesOf(theirs, identificativo)).toSorted()).toEqual(
      ['envelope-arrived', 'message-delivered', 'message-delivered', 'taken-in-charge'].toSorted(),
    );
    expect(received(citizens, anna.box, 'CONSEGNA: A due enti')).toBe(2);
    expect(incoherences(await factsOf(ours, identificativo))).toEqual([]);
  });

  test('a box that is not there is told by the other provider, and that is the outcome', async () => {
    const identificativo = await write('Casella ignota', 'anagrafe@pec.comune.borgovento.example');
    await allQuiet();
    expect(received(citizens, anna.box, 'AVVISO DI MANCATA CONSEGNA: Casella ignota')).toBe(1);
    expect(incoherences(await factsOf(ours, identificativo))).toEqual([]);
  });

  test('while the other one is away messages wait, and go out once when it is back', async () => {
    await theirs.stop();
    const identificativo = await write('Mentre era lontano');
    const waits = `SELECT count(*)::int AS waits FROM emission WHERE state = 'due' AND tries > 0 AND identificativo = $1`;
    await eventually(async () => {
      const [row] = await client(ours).$queryRawUnsafe<{ waits: number }[]>(waits, identificativo);
      return row?.waits === 1;
    });
    theirs = await start(bodies);
    await allQuiet();
    expect(received(bodies, comune, 'POSTA CERTIFICATA: Mentre era lontano')).toBe(1);
    expect(incoherences(await factsOf(ours, identificativo))).toEqual([]);
  });
});

interface Waiting {
  readonly items: readonly { id: string; state: string; tries: number; towards: string; recipients: string[] }[];
}
const queue = async (query = '') =>
  (await citizens.stage.call<Waiting>('GET', `/queue${query}`, { as: 'operator', to: ours })).body.items;

describe('the queue', () => {
  const operate = (id: string, what: 'holds' | 'retries' | 'returns') =>
    citizens.stage.call('POST', `/queue/${id}/${what}`, { as: 'operator', to: ours });

  async function waiting(): Promise<string> {
    return await eventually(async () => {
      const [first] = await queue();
      return first !== undefined && first.tries > 0 && first.id;
    });
  }

  test('shows what waits for another provider; held, it waits on until it is hurried', async () => {
    await theirs.stop();
    const identificativo = await write('Trattenuto');
    const id = await waiting();
    expect(await queue()).toMatchObject([{ towards: 'Gestore PEC degli Enti', state: 'due', recipients: [comune] }]);
    expect((await operate(id, 'holds')).body).toEqual({ state: 'held' });
    theirs = await start(bodies);
    await quiet(ours);
    expect(await queue('?state=held')).toHaveLength(1);
    expect(received(bodies, comune, 'POSTA CERTIFICATA: Trattenuto')).toBe(0);
    expect((await operate(id, 'retries')).body).toEqual({ state: 'due' });
    await allQuiet();
    expect(received(bodies, comune, 'POSTA CERTIFICATA: Trattenuto')).toBe(1);
    expect(await queue()).toEqual([]);
    expect(incoherences(await factsOf(ours, identificativo))).toEqual([]);
  });

  test('gives up only what is held, and then the sender has the outcome', async () => {
    await theirs.stop();
    const identificativo = await write('Restituito');
    const id = await waiting();
    const early = await operate(id, 'returns');
    expect([early.status, early.body['type']]).toEqual([409, 'queue/not-held']);
    await operate(id, 'holds');
    await eventually(async () => (await operate(id, 'returns')).body['state'] === 'returned', { withinMs: 60_000 });
    await quiet(ours);
    expect(received(citizens, anna.box, 'AVVISO DI MANCATA CONSEGNA: Restituito')).toBe(1);
    expect((await typesOf(ours, identificativo)).at(-1)).toBe('message-not-delivered');
    const again = await operate(id, 'retries');
    expect([again.status, again.body['type']]).toEqual([404, 'queue/unknown']);
    expect((await operate('nessuno', 'holds')).status).toBe(404);
    theirs = await start(bodies);
  });

  test('lets go what waits because its sender’s box is held by nobody’s single word', async () => {
    await theirs.stop();
    const pin = await citizens.stage.citizenToken(mario.holder, 'pin');
    await submit(ours, pin, mail(mario.box, comune, ['Subject: Casella sospesa']));
    const id = await waiting();
    const desk = new HoldDesk(citizens.stage, ours);
    await desk.hold(desk.maria, { box: mario.box, reason: 'segnalata' });
    for (const single of ['holds', 'retries'] as const)
      expect((await operate(id, single)).body).toMatchObject({ type: 'queue/box-held' });
    theirs = await start(bodies);
    await desk.release(mario.box, 'send');
    await allQuiet();
    expect(received(bodies, comune, 'POSTA CERTIFICATA: Casella sospesa')).toBe(1);
  });
});

describe('a provider that stays away', () => {
  test('longer than a day: the sender is told twice, and the envelope leaves no more', async () => {
    await theirs.stop();
    const identificativo = await write('Un giorno dopo');
    for (const [hours, notices] of [
      [12, 1],
      [23, 2],
    ] as const) {
      const at = instant(inAugust + hours * 3_600_000);
      await citizens.stage.setClock(at);
      await eventually(() => ours.platform.clock.now() >= at);
      await eventually(
        async () =>
          (await typesOf(ours, identificativo)).filter((type) => type === 'time-limit-passed').length === notices,
        { withinMs: 60_000 },
      );
    }
    await eventually(async () => (await queue()).length === 0, { withinMs: 60_000 });
    theirs = await start(bodies);
    await allQuiet();
    expect(received(bodies, comune, 'POSTA CERTIFICATA: Un giorno dopo')).toBe(0);
    const notice = 'AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO: Un giorno dopo';
    expect(received(citizens, anna.box, notice)).toBe(2);
    expect(incoherences(await factsOf(ours, identificativo))).toEqual([]);
  });
});

describe('the incoming point', () => {
  /** Says a whole transaction to the door of the bodies, and gives back the last reply. */
  async function bring(from: string, to: string, content: string | Buffer = ''): Promise<string | undefined> {
    return (await bringTo(bodies.port, { from, to: [to], content })).at(-1);
  }

  test('takes nothing for boxes of others, nothing ordinary, and asks nobody for a password', async () => {
    expect(await bring(anna.box, 'qualcuno@altrove.example')).toMatch(/^550 5\.7\.1 .*\(SMTP-INCOMING\)$/);
    expect(await bring('amico@posta.example', comune)).toBe(
      '550 5.7.1 La casella riceve solo posta elettronica certificata. (INCOMING-ORDINARY)',
    );
    expect(await bring('', comune)).toMatch(/\(INCOMING-ORDINARY\)$/);
    const dialog = await Dialog.open(bodies.port, false);
    expect(await dialog.say('EHLO altrove.example')).not.toContain('AUTH');
    dialog.vanish();
  });

  test('believes no message without a provider’s signature, whoever it says it is from', async () => {
    const before = (await factsOf(theirs)).length;
    const forged = mail('posta-certificata@postacertificata.gov.it', comune, ['X-Trasporto: posta-certificata']);
    expect(await bring(anna.box, comune, forged)).toMatch(/^554 5\.7\.1 .*\(INCOMING-SIGNED\)$/);
    expect(await factsOf(theirs)).toHaveLength(before);
  });

  test('an envelope that comes again, as when the answer was lost, is delivered once', async () => {
    const ripetuta = { from: anna.box, to: comune, subject: 'Ripetuta', number: 1 };
    const envelope = await sealedEnvelope(ours.app.get(Installation), 'PostaCertificat@', ripetuta);
    expect(await bring(anna.box, comune, envelope)).toBe('250 2.6.0 preso in carico');
    expect(await bring(anna.box, comune, envelope)).toBe('250 2.6.0 preso in carico');
    await eventually(() => received(bodies, comune, 'POSTA CERTIFICATA: Ripetuta') === 1);
    expect(await typesOf(theirs, 'pec9.20100802090000.00001@postacertificata.gov.it')).toContain('arrival-repeated');
    const altered = Buffer.from(envelope.toString('latin1').replace('Ripetuta"', 'Cambiata"'), 'latin1');
    expect(await bring(anna.box, comune, altered)).toMatch(/^554 5\.7\.1 .*\(INCOMING-INTACT\)$/);
  });
});
