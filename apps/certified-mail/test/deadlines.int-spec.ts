import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { messageDelivered, timeLimitPassed } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { after, formatInstant, parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { Deadlines } from '../src/jobs/deadlines.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { evidenceAbout } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { dataOf, factsOf, mail, quiet, submit } from './post.ts';
import { SilentPeer } from './silent-peer.ts';
import { anna, comune, inAugust, inpsSender, Stage } from './stage.ts';

const stage = new Stage();
const pcert = 'PostaCertificat@';
const hour = 3_600_000;
let service: RunningService<PrismaClient>;
let peer: SilentPeer;
let notification: string;
/** What the suite clock shows. */
let now: Instant = inAugust;

beforeAll(async () => {
  await stage.set();
  service = await stage.service();
  peer = new SilentPeer(stage, service, pcert);
  notification = await stage.serviceToken('notification');
});
// A token of a service lives for a minute, a spec may take longer.
beforeEach(async () => {
  notification = await stage.serviceToken('notification');
});

afterAll(() => stage.end());

async function clockAt(at: Instant): Promise<void> {
  now = at;
  await stage.setClock(at);
}

/** Lets the suite's time pass, and whatever limit passes in it. */
async function pass(ms: number): Promise<void> {
  await clockAt(after(now, ms));
  await service.app.get(Deadlines).run();
}

async function send(subject: string, to: string = anna.box): Promise<string> {
  const { body } = await submit(service, notification, mail(inpsSender, to, [`Subject: ${subject}`]));
  expect(body.outcome).toBe('accepted');
  await quiet(service);
  return body.identificativo;
}

/** Which notices the sender was told of, and when. */
async function notices(identificativo: string): Promise<string[]> {
  const facts = await factsOf(service, identificativo);
  return facts
    .filter(({ type }) => type === timeLimitPassed.type)
    .map(({ data, time }) => `${String(data['limit'])} ${time.toISOString()}`);
}

async function standing(identificativo: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${notification}` };
  const response = await fetch(`${service.url}/submissions/${encodeURIComponent(identificativo)}`, { headers });
  const { state, recipients } = (await response.json()) as {
    state: string;
    recipients: { address: string; state: string }[];
  };
  return { state, ...Object.fromEntries(recipients.map((each) => [each.address, each.state])) };
}

/** What the sender's box holds about a message, as openssl and xmllint read it. */
function inSendersBox(identificativo: string, tipo: string): Evidence[] {
  const messages = stage.store.messagesOf(inpsSender);
  return evidenceAbout(identificativo, messages, join(stage.providers, 'authority.pem')).filter(
    (each) => each.tipo === tipo,
  );
}

describe('a recipient of whom nothing is ever heard', () => {
  let identificativo: string;
  let sentAt: Instant;

  beforeAll(async () => {
    identificativo = await send('Senza risposta');
    sentAt = now;
  });

  // @rule DEADLINE-THREE-CASES
  test('is no cause for a notice before twelve hours have passed, and the driver is told when they have', async () => {
    expect((await stage.rehearsalState(service)).earliestDue).toBe(after(sentAt, 12 * hour));
    await pass(12 * hour - 1);
    expect(await notices(identificativo)).toEqual([]);
  });

  test('is told after twelve hours, to the millisecond, and nothing is decided by it', async () => {
    await pass(1);
    expect(await notices(identificativo)).toEqual(['twelve-hours 2010-08-02T19:00:00.000Z']);
    expect(await standing(identificativo)).toEqual({ state: 'accepted', [anna.box]: 'warned' });
    await quiet(service);
    expect((await stage.rehearsalState(service)).earliestDue).toBe(after(sentAt, 23 * hour));
  });

  test('is told the end of it between the twenty-second and the twenty-fourth hour', async () => {
    await pass(11 * hour - 1);
    expect(await notices(identificativo)).toHaveLength(1);
    await pass(1);
    expect(await notices(identificativo)).toEqual([
      'twelve-hours 2010-08-02T19:00:00.000Z',
      'twenty-four-hours 2010-08-03T06:00:00.000Z',
    ]);
    expect(await standing(identificativo)).toEqual({ state: 'concluded', [anna.box]: 'timed-out' });
    expect((await dataOf(service, timeLimitPassed, identificativo)).map(({ late }) => late)).toEqual([false, false]);
  });

  test('ends there: no limit runs any more, and nothing of the message is kept', async () => {
    await quiet(service);
    await pass(48 * hour);
    expect(await notices(identificativo)).toHaveLength(2);
    expect((await stage.rehearsalState(service)).earliestDue).toBeNull();
    expect(readdirSync(join(stage.folder, 'spool'))).toEqual([]);
  });

  // @rule TIME-LIMIT-CODE DEADLINE-THREE-CASES
  test('leaves both notices in the sender’s box, signed by the sender’s provider, each with its own time and code', () => {
    const found = inSendersBox(identificativo, 'preavviso-errore-consegna');
    const said = found.map((each) => ({
      signedBy: each.signedBy,
      about: each.data('consegna'),
      code: each.data('errore-esteso')[0]?.slice(0, 5),
      date: each.field('Date'),
    }));
    const inps = { signedBy: 'INPS - Gestore della posta elettronica certificata', about: [anna.box] };
    expect(said.toSorted((one, other) => String(one.code).localeCompare(String(other.code)))).toEqual([
      { ...inps, code: '4.4.1', date: 'Mon, 2 Aug 2010 21:00:00 +0200' },
      { ...inps, code: '5.4.1', date: 'Tue, 3 Aug 2010 08:00:00 +0200' },
    ]);
  });

  // @rule DEADLINE-LATE-DELIVERY
  test('may be delivered later all the same: it is recorded as late, the receipt reaches the sender, nothing else happens', async () => {
    const before = await factsOf(service, identificativo);
    expect(await peer.delivers(identificativo, anna.box, now)).toBe('taken');
    await quiet(service);
    expect(await standing(identificativo)).toEqual({ state: 'concluded', [anna.box]: 'delivered-late' });
    expect(inSendersBox(identificativo, 'avvenuta-consegna')).toHaveLength(1);
    expect(await factsOf(service, identificativo)).toEqual(before);
  });

  test('and a notice that says the contrary afterwards changes nothing', async () => {
    expect(await peer.fails(identificativo, anna.box, now)).toBe('taken');
    expect(await standing(identificativo)).toEqual({ state: 'concluded', [anna.box]: 'delivered-late' });
  });
});

describe('a recipient who was taken in charge within twelve hours and never delivered to', () => {
  // @rule DEADLINE-THREE-CASES
  test('is cause for the last notice alone', async () => {
    const identificativo = await send('Solo in carico');
    const sentAt = now;
    await pass(11 * hour);
    expect(await peer.takesInCharge(identificativo, anna.box, now)).toBe('taken');
    await quiet(service);
    await pass(12 * hour - 1);
    expect(await notices(identificativo)).toEqual([]);
    await pass(1);
    expect(await notices(identificativo)).toEqual([`twenty-four-hours ${formatInstant(after(sentAt, 23 * hour))}`]);
    expect(await standing(identificativo)).toEqual({ state: 'concluded', [anna.box]: 'timed-out' });
  });
});

describe('a recipient who was delivered to after twelve hours, never taken in charge before', () => {
  // @rule DEADLINE-THREE-CASES
  test('is cause for the first notice alone', async () => {
    const identificativo = await send('Tardi ma in tempo');
    const sentAt = now;
    await pass(13 * hour);
    expect(await peer.delivers(identificativo, anna.box, now)).toBe('taken');
    await quiet(service);
    await pass(48 * hour);
    expect(await notices(identificativo)).toEqual([`twelve-hours ${formatInstant(after(sentAt, 13 * hour))}`]);
    expect(await standing(identificativo)).toEqual({ state: 'concluded', [anna.box]: 'delivered' });
  });
});

describe('a recipient of whom an error is heard', () => {
  test('in time needs no notice', async () => {
    const identificativo = await send('Errore in tempo');
    await pass(1 * hour);
    expect(await peer.fails(identificativo, anna.box, now)).toBe('taken');
    await pass(48 * hour);
    expect(await notices(identificativo)).toEqual([]);
    expect(await standing(identificativo)).toEqual({ state: 'concluded', [anna.box]: 'not-delivered' });
  });

  test('after the last notice changes nothing: the sender knew, and gets it all the same', async () => {
    const identificativo = await send('Errore tardivo');
    await pass(23 * hour);
    expect(await peer.fails(identificativo, anna.box, now)).toBe('taken');
    await quiet(service);
    expect(await notices(identificativo)).toHaveLength(2);
    expect(await standing(identificativo)).toEqual({ state: 'concluded', [anna.box]: 'timed-out' });
    expect(inSendersBox(identificativo, 'errore-consegna')).toHaveLength(1);
  });
});

describe('a message to several recipients', () => {
  test('has a limit for each: who answered is not spoken of, and the last outcome concludes it', async () => {
    const other = 'mai.sentita@postacertificata.gov.it';
    const identificativo = await send('A molte persone', `${anna.box}, ${other}, ${comune}`);
    expect((await dataOf(service, messageDelivered, identificativo)).map(({ consegna }) => consegna)).toEqual([comune]);
    await peer.takesInCharge(identificativo, other, now);
    await pass(12 * hour);
    await peer.delivers(identificativo, anna.box, now);
    expect(await standing(identificativo)).toMatchObject({ state: 'accepted', [other]: 'taken-in-charge' });
    await pass(11 * hour);
    const told = await dataOf(service, timeLimitPassed, identificativo);
    expect(told.map(({ consegna, limit }) => [consegna, limit])).toEqual([
      [anna.box, 'twelve-hours'],
      [other, 'twenty-four-hours'],
    ]);
    expect(await standing(identificativo)).toEqual({
      state: 'concluded',
      [anna.box]: 'delivered',
      [other]: 'timed-out',
      [comune]: 'delivered',
    });
  });
});

describe('a clock that steps over both limits at once', () => {
  test('has both notices sent, the warning first, each at the instant at which it was made', async () => {
    const identificativo = await send('Due insieme');
    await pass(23.5 * hour);
    const at = formatInstant(now);
    expect(await notices(identificativo)).toEqual([`twelve-hours ${at}`, `twenty-four-hours ${at}`]);
    expect((await dataOf(service, timeLimitPassed, identificativo)).map(({ late }) => late)).toEqual([false, false]);
  });
});

describe('a service that is away while limits pass', () => {
  // @rule DEADLINE-LATE-NOTICE
  test('tells them once when it is back, by however many processes, and says that the last is late', async () => {
    const identificativo = await send('Durante il fermo');
    const sentAt = now;
    await service.stop();
    await clockAt(after(now, 25 * hour));
    service = await stage.service();
    peer = new SilentPeer(stage, service, pcert);
    const second = await stage.service();
    await Promise.all([service, second].map(({ app }) => app.get(Deadlines).run()));
    const at = formatInstant(now);
    expect(await notices(identificativo)).toEqual([`twelve-hours ${at}`, `twenty-four-hours ${at}`]);
    expect(await dataOf(service, timeLimitPassed, identificativo)).toMatchObject([
      { limit: 'twelve-hours', dispatchedAt: sentAt, late: false },
      { limit: 'twenty-four-hours', dispatchedAt: sentAt, late: true },
    ]);
    await quiet(service);
    expect(inSendersBox(identificativo, 'preavviso-errore-consegna')).toHaveLength(2);
    await second.stop();
  });
});

describe('the night in which the clocks go forward', () => {
  test('moves no limit: what left at eight in the evening is told at nine in the morning', async () => {
    await clockAt(parseInstant('2015-03-28T20:00:00+01:00'));
    const identificativo = await send('Ora legale');
    await pass(12 * hour - 1);
    expect(await notices(identificativo)).toEqual([]);
    await pass(1);
    await quiet(service);
    const [notice] = inSendersBox(identificativo, 'preavviso-errore-consegna');
    expect(notice?.field('Date')).toBe('Sun, 29 Mar 2015 09:00:00 +0200');
    expect(['giorno', 'ora', 'data/@zona'].flatMap((name) => notice?.data(name))).toEqual([
      '29/03/2015',
      '09:00:00',
      '+0200',
    ]);
  });
});

describe('a sender whose domain moves to another provider after the message was accepted', () => {
  test('hears of the time limit all the same, in the name of the provider that accepted it', async () => {
    const identificativo = await send('Prima del passaggio');
    const sentAt = now;
    // What the installation answers once programme and index have given the domain away.
    const managing = jest.spyOn(service.app.get(Installation), 'managing').mockReturnValue(undefined);
    await pass(12 * hour).finally(() => managing.mockRestore());
    const told = new Date(after(sentAt, 12 * hour)).toISOString();
    expect(await notices(identificativo)).toEqual([`twelve-hours ${told}`]);
    await quiet(service);
    const [notice] = inSendersBox(identificativo, 'preavviso-errore-consegna');
    expect(notice?.signedBy).toBe('INPS - Gestore della posta elettronica certificata');
  });
});
