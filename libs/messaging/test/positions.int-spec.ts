import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isRefusal } from '@recapito/primitives';
import { bareKafka, deleteTopics, eventually, namespace } from '@recapito/testing';
import type { Admin } from 'kafkajs';
import type { ServiceConnection } from '../src/index.ts';
import {
  countPassedOverRecords,
  ensureTopics,
  groupOf,
  listStoppedPartitions,
  listDeadLetters,
  outboxPending,
  physicalTopic,
  Relay,
  republish,
} from '../src/index.ts';
import type { Reader } from './reader.ts';
import { resetMoods, startReader } from './reader.ts';
import type { SpecDatabase } from './scene.ts';
import {
  bareRecord,
  connectionFor,
  keepOffsetsAsBefore,
  note,
  produceRaw,
  recordsOf,
  specDatabase,
  sweepClaims,
  textsOf,
  topic,
} from './scene.ts';

const patience = { withinMs: 15_000 };
const decision = { by: 'operator spec', reason: 'the log was lost' };

describe('positions in the database of the reader', () => {
  let writing: ServiceConnection;
  let reading: ServiceConnection;
  let writer: SpecDatabase;
  let own: SpecDatabase;
  let relay: Relay;
  let reader: Reader;
  let admin: Admin;

  beforeEach(async () => {
    resetMoods();
    const prefix = namespace();
    [writing, reading] = [connectionFor('migration', prefix), connectionFor('mailbox', prefix)];
    await ensureTopics(reading.brokers, prefix, [topic, 'mailbox.dead-letters.v1']);
    [writer, own] = [await specDatabase('migration'), await specDatabase('mailbox')];
    admin = bareKafka().admin();
    await admin.connect();
    startRelay();
    reader = await startReader(reading, own.transaction);
  });

  afterEach(async () => {
    await reader.stop();
    await relay.stop();
    await admin.disconnect();
    await writer.drop();
    await own.drop();
  });

  function startRelay(): void {
    relay = new Relay({ ...writing, databaseUrl: writer.url });
    relay.start();
  }
  async function tell(key: string, ...texts: string[]): Promise<void> {
    for (const text of texts) await note(writer.transaction, key, text);
    relay.nudge();
  }
  const took = (key: string, ...texts: string[]) =>
    eventually(async () => expect(await textsOf(own.pool, key)).toEqual(texts), patience);
  const quiet = () => eventually(async () => expect(await reader.strategy.lag()).toBe(0), patience);
  const published = () => eventually(async () => expect(await writer.transaction(outboxPending)).toBe(0), patience);
  const letters = () => own.transaction((tx) => listDeadLetters(tx, { limit: 100 }));
  const stopped = () => own.transaction(listStoppedPartitions);
  const untilStopped = (cause: string) =>
    eventually(async () => {
      const found = await stopped();
      expect(found.map((each) => each.cause)).toEqual([cause]);
      return found[0];
    }, patience);
  const physical = () => physicalTopic(reading.namespace, topic);
  const partitionOf = async (key: string) =>
    (await recordsOf(reading)).find((record) => String(record.key) === key)?.partition ?? -1;
  const forgetOffsets = () => admin.deleteGroups([groupOf(reading.namespace, 'mailbox')]);
  const restartReader = async () => (reader = await startReader(reading, own.transaction));
  /** A topic of the same name without its records, and the writer's relay ready to publish again. */
  async function wipe(): Promise<void> {
    await relay.stop();
    await deleteTopics(reading, [topic]);
    await ensureTopics(reading.brokers, reading.namespace, [topic]);
    await writer.pool.query('DELETE FROM relay_tail');
  }

  test('offsets that the broker has forgotten change nothing, also when the claims are gone', async () => {
    const keys = Array.from({ length: 30 }, (_, nth) => `holder ${nth}`);
    for (const key of keys) await note(writer.transaction, key, 'old');
    relay.nudge();
    for (const key of keys) await took(key, 'old');
    await quiet();
    await reader.stop();
    await sweepClaims(own);
    await forgetOffsets();
    for (const key of keys) await note(writer.transaction, key, 'new');
    relay.nudge();
    await restartReader();
    for (const key of keys) await took(key, 'old', 'new');
    await quiet();
    expect(await letters()).toEqual([]);
    expect(await stopped()).toEqual([]);
  });

  test('the first start of the release that keeps positions goes on from the offset of its former group', async () => {
    await tell('K', '1', '2');
    await took('K', '1', '2');
    await quiet();
    await reader.stop();
    await sweepClaims(own);
    await keepOffsetsAsBefore(own.pool, admin, reading);
    await tell('K', '3');
    await restartReader();
    await took('K', '1', '2', '3');
    await quiet();
    expect(reader.strategy.state().counters).toMatchObject({ handled: 1, skipped: 0 });
  });

  // @rule POSITION-CONTINUE
  test('without positions and offsets, what is older than the deleted claims is passed over', async () => {
    await tell('K', '1', '2');
    await took('K', '1', '2');
    await quiet();
    await reader.stop();
    await sweepClaims(own);
    await own.pool.query('DELETE FROM reading_position');
    await forgetOffsets();
    await tell('K', '3');
    await restartReader();
    await took('K', '1', '2', '3');
    expect(await own.transaction(countPassedOverRecords)).toBe(2);
  });

  test('a database that was put back to a backup hears again what came after it', async () => {
    await tell('K', '1');
    await took('K', '1');
    await quiet();
    const backup = await own.pool.query<{ next: string; fingerprint: Buffer; partition: number }>(
      'SELECT next, fingerprint, "partition" FROM reading_position',
    );
    await tell('K', '2', '3');
    await took('K', '1', '2', '3');
    await quiet();
    await reader.stop();
    for (const { next, fingerprint, partition } of backup.rows)
      await own.pool.query('UPDATE reading_position SET next = $1, fingerprint = $2 WHERE "partition" = $3', [
        next,
        fingerprint,
        partition,
      ]);
    await own.pool.query('DELETE FROM inbox WHERE id IN (SELECT event_id FROM effect WHERE sequence > 1)');
    await own.pool.query('DELETE FROM effect WHERE sequence > 1');
    await restartReader();
    await tell('K', '4');
    await took('K', '1', '2', '3', '4');
  });

  // @rule POSITION-BREAK POSITION-CONTINUE
  test('a partition that was wiped stops, others go on, and an operator reads on without a second effect', async () => {
    await tell('K', '1', '2', '3');
    await took('K', '1', '2', '3');
    await quiet();
    await reader.stop();
    await sweepClaims(own);
    await wipe();
    await restartReader();
    const found = await untilStopped('end-below-position');
    expect(found).toMatchObject({ consumer: 'mailbox', topic, generation: 1, next: '3' });
    startRelay();
    await writer.transaction((tx) => republish(tx, topic));
    await tell('K', '4');
    await tell('other 1', 'new');
    await tell('other 2', 'new');
    await eventually(async () => {
      const others = [await textsOf(own.pool, 'other 1'), await textsOf(own.pool, 'other 2')];
      expect(others.flat().length).toBeGreaterThan(0);
    }, patience);
    await published();
    expect(await textsOf(own.pool, 'K')).toEqual(['1', '2', '3']);
    const partition = found?.partition ?? -1;
    const place = { topic, partition } as const;
    // The same record stands at offset 0 again, and its fingerprint was kept.
    expect(await reader.strategy.continueReading(place, decision)).toMatchObject({ generation: 2 });
    await took('K', '1', '2', '3', '4');
    expect(await letters()).toEqual([]);
    expect(await stopped()).toEqual([]);
    const facts = await own.pool.query<{ type: string }>('SELECT type FROM outbox ORDER BY seq');
    expect(facts.rows.map(({ type }) => type)).toEqual(['reading-stopped', 'reading-continued']);
    expect(isRefusal(await reader.strategy.continueReading(place, decision))).toBe(true);
  });

  // @rule POSITION-CONTINUE
  test('the new generation begins behind the last record that both logs share', async () => {
    await tell('K', '1', '2');
    await took('K', '1', '2');
    await quiet();
    const before = (await recordsOf(reading)).map(bareRecord);
    await reader.stop();
    await wipe();
    const [kept] = before;
    if (kept !== undefined) await produceRaw(reading, [kept]);
    await restartReader();
    const found = await untilStopped('end-below-position');
    const place = { topic, partition: found?.partition ?? -1 } as const;
    expect(await reader.strategy.continueReading(place, decision)).toMatchObject({ generation: 2, next: '1' });
    startRelay();
    await tell('K', '3');
    await took('K', '1', '2', '3');
  });

  // @rule POSITION-BREAK
  test('another record at the last offset stops the partition', async () => {
    await tell('K', '1');
    await took('K', '1');
    await quiet();
    await reader.stop();
    await wipe();
    startRelay();
    await tell('K', '2', '3');
    await published();
    await restartReader();
    const found = await untilStopped('other-record-before-position');
    expect(await textsOf(own.pool, 'K')).toEqual(['1']);
    await reader.strategy.continueReading({ topic, partition: found?.partition ?? -1 }, decision);
    await took('K', '1', '2', '3');
  });

  // @rule POSITION-BREAK
  test('a partition that begins above the position stops', async () => {
    await tell('K', '1');
    await took('K', '1');
    await quiet();
    await reader.stop();
    await tell('K', '2', '3', '4');
    await published();
    const partition = await partitionOf('K');
    await admin.fetchTopicOffsets(physical());
    await admin.deleteTopicRecords({ topic: physical(), partitions: [{ partition, offset: '3' }] });
    await restartReader();
    await untilStopped('begins-above-position');
    expect(await textsOf(own.pool, 'K')).toEqual(['1']);
    await reader.strategy.continueReading({ topic, partition }, decision);
    await took('K', '1', '4');
  });

  // @rule POSITION-BREAK
  test('offsets that are skipped stop the partition once what comes before them has taken effect', async () => {
    await tell('K', '1', '2', '3');
    await took('K', '1', '2', '3');
    await quiet();
    const [first, second, third] = (await recordsOf(reading)).map(bareRecord);
    await reader.stop();
    await wipe();
    await own.pool.query('DELETE FROM reading_position');
    await own.pool.query('DELETE FROM inbox');
    await own.pool.query('DELETE FROM effect');
    await forgetOffsets();
    if (!first || !second || !third) throw new Error('three records were published');
    // A transaction leaves a record of its own between them, which no reader is given.
    const producer = bareKafka().producer({
      transactionalId: reading.namespace,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: physical(), messages: [first, second] });
    await transaction.commit();
    await producer.disconnect();
    const ends = async () => (await admin.fetchTopicOffsets(physical())).map(({ high }) => high);
    await eventually(async () => expect(await ends()).toContain('3'), patience);
    await produceRaw(reading, [third]);
    await restartReader();
    const found = await untilStopped('offsets-skipped');
    expect(found?.next).toBe('2');
    expect(await textsOf(own.pool, 'K')).toEqual(['1', '2']);
    const place = { topic, partition: found?.partition ?? -1 } as const;
    expect(await reader.strategy.continueReading(place, decision)).toMatchObject({ generation: 2, next: '3' });
    await took('K', '1', '2', '3');
  });

  // @rule POSITION-FENCE
  test('a process whose position another one has moved does nothing and reads on from there', async () => {
    await tell('K', '1');
    await took('K', '1');
    await quiet();
    // As if another member, which this one takes for gone, had taken the next record.
    await own.pool.query(`UPDATE reading_position SET next = next + 1, fingerprint = NULL WHERE "partition" = $1`, [
      await partitionOf('K'),
    ]);
    await tell('K', 'taken by the other', '3');
    await took('K', '1', '3');
    expect(await letters()).toEqual([]);
  });
});
