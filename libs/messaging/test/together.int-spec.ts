import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { childProcess, eventually, namespace } from '@recapito/testing';
import { ensureTopics, listDeadLetters, Relay } from '../src/index.ts';
import type { ServiceConnection } from '../src/index.ts';
import { attempts, moods, resetMoods, startReader } from './reader.ts';
import type { Reader } from './reader.ts';
import type { SpecDatabase } from './scene.ts';
import { bareRecord, connectionFor, note, produceRaw, recordsOf, specDatabase, textsOf, topic } from './scene.ts';

const readerFile = new URL('children/reader.ts', import.meta.url).pathname;
const key = 'K';

// @rule FACTS-TOGETHER
describe('records of a partition that are taken in one transaction', () => {
  let writing: ServiceConnection;
  let reading: ServiceConnection;
  let writer: SpecDatabase;
  let own: SpecDatabase;
  let relay: Relay;
  let reader: Reader | undefined;

  beforeEach(async () => {
    resetMoods();
    const prefix = namespace();
    [writing, reading] = [connectionFor('migration', prefix), connectionFor('mailbox', prefix)];
    await ensureTopics(reading.brokers, prefix, [topic, 'mailbox.dead-letters.v1']);
    [writer, own] = [await specDatabase('migration'), await specDatabase('mailbox')];
    relay = new Relay({ ...writing, databaseUrl: writer.url });
    relay.start();
  });

  afterEach(async () => {
    await reader?.stop();
    reader = undefined;
    await relay.stop();
    await writer.drop();
    await own.drop();
  });

  /** Writes facts of one key, and waits until they are at the broker. */
  async function lay(count: number, mood: (nth: number) => string = () => 'good'): Promise<string[]> {
    const texts = Array.from({ length: count }, (_, nth) => String(nth));
    for (const text of texts) await note(writer.transaction, key, text, mood(Number(text)));
    relay.nudge();
    await eventually(async () => expect(await recordsOf(reading)).toHaveLength(count));
    return texts;
  }
  const start = async () => (reader = await startReader(reading, own.transaction));
  const took = (texts: readonly string[]) =>
    eventually(async () => expect(await textsOf(own.pool, key)).toEqual(texts));
  const letters = () => own.transaction((tx) => listDeadLetters(tx, { limit: 100 }));
  async function transactions(): Promise<number> {
    const { rows } = await own.pool.query<{ count: number }>(
      'SELECT count(DISTINCT xmin::text)::int AS count FROM effect',
    );
    return rows[0]?.count ?? 0;
  }

  test('take effect in order, in a fraction of as many transactions', async () => {
    const texts = await lay(200);
    await start();
    await took(texts);
    // 1, 2, 4, 8, 16, 32 and so on: twelve when all come at once; more on a busy machine, where a transaction takes longer.
    expect(await transactions()).toBeLessThan(100);
    expect(reader?.strategy.state().counters).toMatchObject({ handled: 200, skipped: 0, retried: 0 });
  });

  test('one that is refused is the only dead letter, and those before it have their effect', async () => {
    await lay(60, (nth) => (nth === 50 ? 'refused' : 'good'));
    await start();
    await eventually(async () => expect(await letters()).toHaveLength(10));
    expect((await letters()).map(({ cause }) => cause !== null)).toEqual([
      true,
      ...Array.from({ length: 9 }, () => false),
    ]);
    expect(await textsOf(own.pool, key)).toEqual(Array.from({ length: 50 }, (_, nth) => String(nth)));
  });

  test('one that failed among others is taken alone before it is given up', async () => {
    moods.set('faulty once', () => {
      moods.delete('faulty once');
      throw new TypeError('a bug that shows once');
    });
    const texts = await lay(60, (nth) => (nth === 50 ? 'faulty once' : 'good'));
    await start();
    await took(texts);
    expect(attempts.filter(({ text }) => text === '50')).toHaveLength(2);
    expect(await letters()).toEqual([]);
  });

  test('what took effect before is passed over, without taking the others apart', async () => {
    const texts = await lay(40);
    await start();
    await took(texts);
    const records = await recordsOf(reading);
    await produceRaw(reading, records.map(bareRecord));
    await note(writer.transaction, key, 'new');
    relay.nudge();
    await took([...texts, 'new']);
    expect(reader?.strategy.state().counters).toMatchObject({ handled: 41, skipped: 40, deadLettered: 0 });
  });

  test('a lock that somebody holds for long is waited for by the record that needs it, not by the others', async () => {
    const holder = await own.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT pg_advisory_xact_lock(4711)');
    moods.set('needs the lock', async (tx) => {
      await tx.$queryRawUnsafe('SELECT pg_advisory_xact_lock(4711) IS NULL AS locked');
      return undefined;
    });
    const texts = await lay(60, (nth) => (nth === 50 ? 'needs the lock' : 'good'));
    await start();
    await took(texts.slice(0, 50));
    await holder.query('COMMIT');
    holder.release();
    await took(texts);
    expect(await letters()).toEqual([]);
  });

  test('when the process is killed among them, none has an effect, and all have it once afterwards', async () => {
    const texts = await lay(60);
    const child = childProcess(readerFile, {
      environment: {
        SPEC_DATABASE_URL: own.url,
        SPEC_NAMESPACE: reading.namespace,
        SPEC_KEY: key,
        SPEC_KILL: 'fact.handled:20',
      },
    });
    await child.endedBy('SIGKILL');
    const left = await textsOf(own.pool, key);
    expect(left.length).toBeLessThan(20);
    expect(left).toEqual(texts.slice(0, left.length));
    await start();
    await took(texts);
    expect(reader?.strategy.state().counters).toMatchObject({ handled: 60 - left.length, skipped: 0 });
    await child.cleanUp();
  });
});
