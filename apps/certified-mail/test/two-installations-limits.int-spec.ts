import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { timeLimitPassed } from '@recapito/contracts';
import { after } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import { releaseWork } from '../src/persistence/arrival.store.ts';
import { incoherences } from './coherence.ts';
import { client, dataOf, factsOf } from './post.ts';
import { anna, comune, inAugust } from './stage.ts';
import { TwoAtWork } from './two-installations.ts';

const hour = 3_600_000;
let two: TwoAtWork;
/** What the clocks of both show. */
let now: Instant = inAugust;

beforeAll(async () => {
  two = await TwoAtWork.begin();
});
afterAll(() => two.end(), 60_000);

/** Lets the time of both installations pass. */
async function pass(ms: number): Promise<void> {
  now = after(now, ms);
  for (const { stage } of [two.citizens, two.bodies]) await stage.setClock(now);
  await eventually(() => two.ours.platform.clock.now() >= now);
}

/** The limits of which Anna was told, in their order. */
const limits = async (identificativo: string) =>
  (await dataOf(two.ours, timeLimitPassed, identificativo)).map(({ limit, late }) => (late ? `${limit}, late` : limit));

async function stateBecomes(identificativo: string, state: string): Promise<void> {
  await eventually(async () => {
    const row = await client(two.ours).recipient.findFirst({ where: { identificativo } });
    expect(row?.state).toBe(state);
  });
}

/** Waits until so many notices were made, and then until everything has been carried. */
async function noticed(identificativo: string, count: number): Promise<void> {
  await eventually(async () => (await limits(identificativo)).length === count);
}

const notice = (subject: string) => `AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO: ${subject}`;

test('nobody answers for twelve hours, then the other provider delivers: the first notice alone', async () => {
  await two.theirs.stop();
  const identificativo = await two.write('Dodici ore');
  await pass(12 * hour);
  await noticed(identificativo, 1);
  await two.startTheirs();
  await releaseWork(client(two.ours));
  await stateBecomes(identificativo, 'delivered');
  await pass(36 * hour);
  await two.quiet();
  expect(await limits(identificativo)).toEqual(['twelve-hours']);
  expect(two.received(two.citizens, anna.box, notice('Dodici ore'))).toBe(1);
  expect(two.received(two.citizens, anna.box, 'CONSEGNA: Dodici ore')).toBe(1);
  expect(incoherences(await factsOf(two.ours, identificativo))).toEqual([]);
});

test('taken in charge and not delivered within a day: the last notice alone; a delivery after that comes late', async () => {
  await two.bodies.stage.store.stop();
  const identificativo = await two.write('In carico');
  await stateBecomes(identificativo, 'taken-in-charge');
  await pass(12 * hour);
  await pass(11 * hour);
  await noticed(identificativo, 1);
  expect(await limits(identificativo)).toEqual(['twenty-four-hours']);
  await stateBecomes(identificativo, 'timed-out');
  await pass(7 * hour);
  await two.bodies.stage.store.run();
  await releaseWork(client(two.theirs));
  await stateBecomes(identificativo, 'delivered-late');
  await two.quiet();
  expect(two.received(two.citizens, anna.box, notice('In carico'))).toBe(1);
  expect(two.received(two.bodies, comune, 'POSTA CERTIFICATA: In carico')).toBe(1);
  expect(two.received(two.citizens, anna.box, 'CONSEGNA: In carico')).toBe(1);
  expect((await factsOf(two.ours, identificativo)).map(({ type }) => type)).toEqual([
    'message-accepted',
    'envelope-dispatched',
    'taken-in-charge',
    'time-limit-passed',
    'message-delivered',
  ]);
  expect(incoherences(await factsOf(two.ours, identificativo))).toEqual([]);
});

test('nobody ever answers: both notices, each in its time, and the envelope leaves no more', async () => {
  await two.theirs.stop();
  const identificativo = await two.write('Nessuna risposta');
  await pass(12 * hour);
  await noticed(identificativo, 1);
  await pass(11 * hour);
  await noticed(identificativo, 2);
  await stateBecomes(identificativo, 'timed-out');
  await two.startTheirs();
  await releaseWork(client(two.ours));
  await two.quiet();
  expect(await limits(identificativo)).toEqual(['twelve-hours', 'twenty-four-hours']);
  expect(two.received(two.citizens, anna.box, notice('Nessuna risposta'))).toBe(2);
  expect(two.received(two.bodies, comune, 'POSTA CERTIFICATA: Nessuna risposta')).toBe(0);
  expect(incoherences(await factsOf(two.ours, identificativo))).toEqual([]);
});
