import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, namespace } from '@recapito/testing';
import type { ServiceConnection } from '../src/index.ts';
import { encodeData, ensureTopics, headersOf, listDeadLetters, redrive } from '../src/index.ts';
import type { Reader } from './reader.ts';
import { moods, resetMoods, startReader } from './reader.ts';
import type { SpecDatabase } from './scene.ts';
import { connectionFor, noon, noted, produceRaw, specDatabase, textsOf, topic } from './scene.ts';

const [before, after] = [1_280_750_400_000, 1_283_428_800_000];
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

// @rule EPOCH-LATE
describe('facts of two lives of one database', () => {
  let connection: ServiceConnection;
  let database: SpecDatabase;
  let reader: Reader;

  beforeEach(async () => {
    resetMoods();
    connection = connectionFor('mailbox', namespace());
    database = await specDatabase('mailbox');
    await ensureTopics(connection.brokers, connection.namespace, [topic, 'mailbox.dead-letters.v1']);
    reader = await startReader(connection, database.transaction);
  });

  afterEach(async () => {
    await reader.stop();
    await database.drop();
  });

  /** Puts a fact on the topic, as the relay of a writer would whose database has that epoch. */
  async function put(key: string, text: string, epoch: number, more: { id?: string; mood?: string } = {}) {
    const { type, version } = noted;
    const { id = randomUUID(), mood = 'good' } = more;
    const headers = headersOf({ id, topic, type, version, key, sequence: 1, time: noon, traceparent, epoch });
    await produceRaw(connection, [{ key, value: encodeData(noted, key, { text, mood }), headers: { ...headers } }]);
    return id;
  }
  const took = (key: string, ...texts: string[]) =>
    eventually(async () => expect(await textsOf(database.pool, key)).toEqual(texts));
  const letters = () => database.transaction((tx) => listDeadLetters(tx, { limit: 10 }));

  test('a fact of the earlier life that comes after one of the later is kept for an operator, who may let it take effect', async () => {
    await put('a', 'before', before);
    await put('a', 'after', after);
    await put('a', 'too late', before);
    await eventually(async () => expect(await letters()).toHaveLength(1));
    const [letter] = await letters();
    expect(letter).toMatchObject({
      key: 'a',
      cause: 'PermanentFailure: the record is of an earlier epoch than one before it in its partition',
    });
    await took('a', 'before', 'after');
    await database.transaction((tx) => redrive(tx, letter?.id ?? ''));
    await took('a', 'before', 'after', 'too late');
  });

  test('is remembered by the database: another process of the reader keeps it too', async () => {
    await put('a', 'after', after);
    await took('a', 'after');
    await reader.stop();
    await put('a', 'too late', 0);
    reader = await startReader(connection, database.transaction);
    await eventually(async () => expect(await letters()).toHaveLength(1));
    await took('a', 'after');
  });

  test('one that took effect before is passed over, as when a topic is published again after a restore', async () => {
    const id = await put('a', 'before', before);
    await put('a', 'after', after);
    await put('a', 'before', before, { id });
    await put('a', 'next', after);
    await took('a', 'before', 'after', 'next');
    expect(await letters()).toEqual([]);
  });

  test('one that comes behind a dead letter of its key waits for a word of its own, and those behind it for that', async () => {
    await put('a', 'after', after, { mood: 'refused' });
    await eventually(async () => expect(await letters()).toHaveLength(1));
    await put('a', 'behind', after);
    await put('a', 'too late', before);
    await put('a', 'last', after);
    await eventually(async () => expect(await letters()).toHaveLength(4));
    const [first, , late] = await letters();
    moods.clear();
    await database.transaction((tx) => redrive(tx, first?.id ?? ''));
    await took('a', 'after', 'behind');
    await eventually(async () => expect((await letters())[0]).toMatchObject({ id: late?.id, redriveAskedAt: null }));
    expect((await letters()).map(({ cause }) => cause)).toEqual([
      'PermanentFailure: the record is of an earlier epoch than one before it in its partition',
      null,
    ]);
    await database.transaction((tx) => redrive(tx, late?.id ?? ''));
    await took('a', 'after', 'behind', 'too late', 'last');
  });

  test('other partitions go on in the earlier epoch', async () => {
    await put('a', 'after', after);
    await took('a', 'after');
    const keys = Array.from({ length: 20 }, (_, index) => `key ${index + 1}`);
    for (const key of keys) await put(key, 'before', before);
    await eventually(async () => {
      const { rows } = await database.pool.query<{ nth: number }>('SELECT count(*)::int AS nth FROM effect');
      expect((rows[0]?.nth ?? 0) + (await letters()).length).toBe(21);
    });
    expect((await letters()).length).toBeLessThan(8);
  });
});
