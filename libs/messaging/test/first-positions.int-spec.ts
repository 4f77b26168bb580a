import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, namespace } from '@recapito/testing';
import type { ServiceConnection } from '../src/index.ts';
import { ensureTopics, Relay } from '../src/index.ts';
import type { Reader } from './reader.ts';
import { resetMoods, startReader } from './reader.ts';
import type { SpecDatabase } from './scene.ts';
import { connectionFor, note, recordsOf, specDatabase, textsOf, topic } from './scene.ts';

// @rule POSITION-FIRST
describe('a backup that lacks the position of a partition', () => {
  let reading: ServiceConnection;
  let writer: SpecDatabase;
  let own: SpecDatabase;
  let relay: Relay;
  let reader: Reader;

  const took = (key: string, ...texts: string[]) =>
    eventually(async () => expect(await textsOf(own.pool, key)).toEqual(texts));
  const quiet = () => eventually(async () => expect(await reader.strategy.lag()).toBe(0));
  const partitionOf = async (key: string) =>
    (await recordsOf(reading)).find((record) => String(record.key) === key)?.partition ?? -1;

  beforeEach(async () => {
    resetMoods();
    const prefix = namespace();
    const writing = connectionFor('migration', prefix);
    reading = connectionFor('mailbox', prefix);
    await ensureTopics(reading.brokers, prefix, [topic, 'mailbox.dead-letters.v1']);
    [writer, own] = [await specDatabase('migration'), await specDatabase('mailbox')];
    relay = new Relay({ ...writing, databaseUrl: writer.url });
    relay.start();
    reader = await startReader(reading, own.transaction);
    for (const [key, text] of [
      ['K', '1'],
      ['K', '2'],
      ['J', '1'],
    ] as const)
      await note(writer.transaction, key, text);
    relay.nudge();
    await took('K', '1', '2');
    await took('J', '1');
    await quiet();
    await reader.stop();
    expect(await partitionOf('K')).not.toBe(await partitionOf('J'));
  });

  afterEach(async () => {
    await reader.stop();
    await relay.stop();
    await writer.drop();
    await own.drop();
  });

  /** The database knows nothing of what came of a key. */
  async function forget(key: string): Promise<void> {
    await own.pool.query('DELETE FROM inbox WHERE id IN (SELECT event_id FROM effect WHERE key = $1)', [key]);
    await own.pool.query('DELETE FROM effect WHERE key = $1', [key]);
    await own.pool.query('DELETE FROM reading_position WHERE "partition" = $1', [await partitionOf(key)]);
  }

  const forgetPositions = () => own.pool.query('DELETE FROM reading_position');

  test('hears it from its first record, although the group is ahead, when it has positions of others', async () => {
    await forget('K');
    reader = await startReader(reading, own.transaction);
    await took('K', '1', '2');
    await quiet();
    expect(await textsOf(own.pool, 'J')).toEqual(['1']);
    expect(reader.strategy.state().counters).toMatchObject({ handled: 2, skipped: 0 });
  });

  test('hears everything again when it is from before anything was read', async () => {
    await forget('K');
    await forget('J');
    await forgetPositions();
    reader = await startReader(reading, own.transaction);
    await took('K', '1', '2');
    await took('J', '1');
  });

  test('hears again what it has no claim of, in a later epoch, and the rest takes no second effect', async () => {
    await forget('K');
    await forgetPositions();
    await own.pool.query('INSERT INTO epoch (epoch) VALUES (1)');
    reader = await startReader(reading, own.transaction);
    await took('K', '1', '2');
    await quiet();
    expect(await textsOf(own.pool, 'J')).toEqual(['1']);
  });
});
