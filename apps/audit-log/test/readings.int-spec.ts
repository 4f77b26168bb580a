import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { queryPlan } from '@recapito/testing';
import { takeBatch } from '../src/application/take-batch.ts';
import { readingsNaming, readingsOf } from '../src/persistence/named-reading.store.ts';
import { rawRecords, Scene } from './scene.ts';

const mario = 'e7813ab2-9c9c-85bc-86cb-40c5bf165603';
const anna = 'b2c7a1d4-1111-8222-8333-444455556666';
const at = parseInstant('2010-08-02T07:00:00Z');

const readings = [
  { caller: 'maria', act: 'list-mailboxes', subject: `/mailboxes?holder=${mario}`, purpose: 'reclamo' },
  { reader: 'luca', holder: mario, what: 'person', purpose: 'telefonata' },
  { caller: 'maria', act: 'search-holders', subject: '/holders?name=rossi', purpose: 'reclamo' },
  { reader: 'luca', holder: anna, what: 'person', purpose: `non di ${mario.toUpperCase()}` },
];

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.open();
  const topic = 'identity.readings.v1';
  const sent = readings.map((data) => ({ id: randomUUID(), key: 'k', value: JSON.stringify(data) }));
  const odd = ['', '\0', '{', 'e7813ab2'].map((value) => ({ id: randomUUID(), key: 'k', value }));
  const records = rawRecords([...sent, ...odd], { topic });
  const batch = { topic, partition: 0, records, end: String(records.length) } as const;
  await scene.transactions.run((tx) => takeBatch(tx, { batch, at }));
});
afterAll(() => scene.close());

const valuesOf = async (holder: string, below = Number.MAX_SAFE_INTEGER, limit = 10) =>
  (await readingsOf(scene.prisma.client, holder, below, limit)).map(({ index, value }) => [index, JSON.parse(value)]);

// @rule TRACE-READINGS
test('the readings that name a person are found by their id, the newest first, each with its entry', async () => {
  expect(await valuesOf(mario)).toEqual([
    [3, readings[3]],
    [1, readings[1]],
    [0, readings[0]],
  ]);
  expect(await valuesOf(anna)).toEqual([[3, readings[3]]]);
  expect(await valuesOf(randomUUID())).toEqual([]);
  const [newest] = await readingsOf(scene.prisma.client, mario, 4, 1);
  expect(newest).toMatchObject({ day: '2010-08-02', topic: 'identity.readings.v1' });
});

test('a page goes on below the entry at which the one before ended', async () => {
  expect((await valuesOf(mario, Number.MAX_SAFE_INTEGER, 2)).map(([index]) => index)).toEqual([3, 1]);
  expect((await valuesOf(mario, 1, 2)).map(([index]) => index)).toEqual([0]);
});

test('they are read from an index, among 50,000', async () => {
  await scene.owner.query(
    `INSERT INTO named_reading (named, index, day)
     SELECT gen_random_uuid(), 1000 + n, '2010-08-02' FROM generate_series(1, 50000) AS n`,
  );
  const values = [mario, Number.MAX_SAFE_INTEGER, 51];
  const plan = await queryPlan(scene.database.migratorUrl, { text: readingsNaming, values });
  expect(plan.join()).toContain('named_reading_pkey');
  expect(plan).not.toContain('Seq Scan named_reading');
});
