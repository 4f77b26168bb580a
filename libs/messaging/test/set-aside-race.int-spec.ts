import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, namespace } from '@recapito/testing';
import type { RunTransaction, SqlTransaction } from '../src/index.ts';
import { ensureTopics, listDeadLetters, Relay, setAside } from '../src/index.ts';
import { moods, resetMoods, startReader } from './reader.ts';
import type { Reader } from './reader.ts';
import { connectionFor, note, specDatabase, textsOf, topic } from './scene.ts';
import type { SpecDatabase } from './scene.ts';

// @rule DEAD-LETTER-KEY-LOCK
describe('a dead letter that is set aside while a later record of its key is being queued', () => {
  const prefix = namespace();
  const writing = connectionFor('migration', prefix);
  const reading = connectionFor('mailbox', prefix);
  let writer: SpecDatabase;
  let own: SpecDatabase;
  let relay: Relay;
  let reader: Reader;
  /** Delays the commit of what is queued, as a busy disk does. */
  let commits: Promise<void> = Promise.resolve();
  let delayed = 0;

  beforeAll(async () => {
    resetMoods();
    await ensureTopics(reading.brokers, prefix, [topic, 'mailbox.dead-letters.v1']);
    writer = await specDatabase('migration');
    own = await specDatabase('mailbox');
    relay = new Relay({ ...writing, databaseUrl: writer.url });
    relay.start();
    const slow: RunTransaction = (work) =>
      own.transaction(async (tx: SqlTransaction) => {
        const result = await work(tx);
        if (result === 'queued') {
          delayed += 1;
          await commits;
        }
        return result;
      });
    reader = await startReader(reading, slow);
  });

  afterAll(async () => {
    await reader.stop();
    await relay.stop();
    await writer.drop();
    await own.drop();
  });

  const lettersOf = async (key: string) =>
    (await own.transaction((tx) => listDeadLetters(tx, { limit: 100 }))).filter((letter) => letter.key === key);
  const untilKept = (key: string) =>
    eventually(async () => {
      const [letter, ...others] = await lettersOf(key);
      return letter !== undefined && others.length === 0 && letter;
    });
  const took = (key: string, texts: string[]) =>
    eventually(async () => expect(await textsOf(own.pool, key)).toEqual(texts));

  test('lets that record and those after it take effect', async () => {
    await note(writer.transaction, 'raced', '1', 'refused');
    const failed = await untilKept('raced');
    moods.clear();
    const gate = Promise.withResolvers<void>();
    commits = gate.promise;
    await note(writer.transaction, 'raced', '2');
    await eventually(() => delayed === 1);
    const deciding = own.transaction((tx) => setAside(tx, failed.id));
    gate.resolve();
    expect(await deciding).toEqual({ setAside: true });
    await note(writer.transaction, 'raced', '3');
    await took('raced', ['2', '3']);
    expect(await lettersOf('raced')).toEqual([]);
  });

  test('a key whose failed record is closed and whose wake-up was lost frees itself', async () => {
    resetMoods();
    await note(writer.transaction, 'stranded', '1', 'refused');
    const failed = await untilKept('stranded');
    moods.clear();
    await note(writer.transaction, 'stranded', '2');
    await eventually(async () => expect(await lettersOf('stranded')).toHaveLength(2));
    // As an earlier release left it: closed, and nobody asked for what waits behind it.
    await own.pool.query(
      `UPDATE dead_letter SET closed_at = clock_timestamp(), outcome = 'set-aside' WHERE id = $1::uuid`,
      [failed.id],
    );
    await took('stranded', ['2']);
  });
});
