import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { childProcess, eventually, namespace, type SpecProcess } from '@recapito/testing';
import type { ConsumerPoint, RelayPoint, ServiceConnection } from '../src/index.ts';
import { ensureTopics, listDeadLetters, outboxPending, Relay } from '../src/index.ts';
import type { Reader } from './reader.ts';
import { resetMoods, startReader } from './reader.ts';
import type { SpecDatabase } from './scene.ts';
import { connectionFor, effects, note, recordsOf, specDatabase, textsOf, topic } from './scene.ts';

const writerFile = new URL('children/writer.ts', import.meta.url).pathname;
const readerFile = new URL('children/reader.ts', import.meta.url).pathname;
const key = 'the one';
const five = ['1', '2', '3', '4', '5'];

/** A writer and a reader with their databases, in a namespace of their own. */
interface Pair {
  readonly writing: ServiceConnection;
  readonly reading: ServiceConnection;
  readonly writer: SpecDatabase;
  readonly own: SpecDatabase;
  readonly cleanUp: (() => Promise<unknown>)[];
}

async function pair(): Promise<Pair> {
  const prefix = namespace();
  const [writer, own] = await Promise.all([specDatabase('migration'), specDatabase('mailbox')]);
  const writing = connectionFor('migration', prefix);
  await ensureTopics(writing.brokers, prefix, [topic, 'mailbox.dead-letters.v1']);
  const reading = connectionFor('mailbox', prefix);
  return { writing, reading, writer, own, cleanUp: [() => writer.drop(), () => own.drop()] };
}

function child({ reading, writer, own, cleanUp }: Pair, file: string, kill: string): SpecProcess {
  const program = childProcess(file, {
    environment: {
      SPEC_DATABASE_URL: file === writerFile ? writer.url : own.url,
      SPEC_NAMESPACE: reading.namespace,
      SPEC_KEY: key,
      SPEC_KILL: kill,
    },
  });
  cleanUp.unshift(() => program.cleanUp());
  return program;
}

function startRelay({ writing, writer, cleanUp }: Pair): Relay {
  const relay = new Relay({ ...writing, databaseUrl: writer.url });
  relay.start();
  cleanUp.unshift(() => relay.stop());
  return relay;
}

async function read({ reading, own, cleanUp }: Pair): Promise<Reader> {
  const reader = await startReader(reading, own.transaction);
  cleanUp.unshift(() => reader.stop());
  return reader;
}

async function endAll(pairs: Iterable<Pair>): Promise<void> {
  for (const { cleanUp } of pairs) for (const end of cleanUp) await end();
}

const texts = ({ own }: Pair) => textsOf(own.pool, key);
const letters = ({ own }: Pair) => own.transaction((tx) => listDeadLetters(tx, { limit: 10 }));
const recordTexts = async ({ writing }: Pair) =>
  (await recordsOf(writing)).map(({ value }) => (JSON.parse(String(value)) as { text: string }).text);

describe('a writer that is killed', () => {
  const points = ['before-commit', 'relay.read', 'relay.sent', 'relay.marked'] as const satisfies (
    | RelayPoint
    | 'before-commit'
  )[];
  const pairs = new Map<string, Pair>();
  const at = (point: (typeof points)[number]): Pair => pairs.get(point) as Pair;

  beforeAll(async () => {
    await Promise.all(
      points.map(async (point) => {
        const made = await pair();
        pairs.set(point, made);
        await child(made, writerFile, point).endedBy('SIGKILL');
      }),
    );
  });

  afterAll(() => endAll(pairs.values()));

  test('before it committed has told nothing of what it did not commit', async () => {
    const it = at('before-commit');
    expect(await it.writer.transaction(outboxPending)).toBe(4);
    startRelay(it);
    await read(it);
    await eventually(async () => expect(await texts(it)).toEqual(['1', '2', '3', '4']));
  });

  test('between commit and publish has lost nothing', async () => {
    const it = at('relay.read');
    expect(await it.writer.transaction(outboxPending)).toBe(5);
    expect(await recordTexts(it)).toEqual([]);
    startRelay(it);
    await read(it);
    await eventually(async () => expect(await texts(it)).toEqual(five));
    expect(await recordTexts(it)).toEqual(five);
  });

  test('between publish and mark publishes again, and nothing takes effect twice', async () => {
    const it = at('relay.sent');
    expect(await it.writer.transaction(outboxPending)).toBe(5);
    expect(await recordTexts(it)).toEqual(five);
    startRelay(it);
    const reader = await read(it);
    await eventually(() => reader.strategy.state().counters.skipped === 5);
    expect(await recordTexts(it)).toEqual([...five, ...five]);
    expect(await texts(it)).toEqual(five);
  });

  test('after the mark publishes nothing again', async () => {
    const it = at('relay.marked');
    expect(await it.writer.transaction(outboxPending)).toBe(0);
    const relay = startRelay(it);
    await eventually(() => relay.state().ageMs !== null);
    expect(await recordTexts(it)).toEqual(five);
  });
});

describe('a reader that is killed', () => {
  const points = [
    'fact.claimed',
    'fact.handled',
    'fact.committed',
    'dead-letter.written',
    'dead-letter.committed',
  ] as const satisfies ConsumerPoint[];
  const pairs = new Map<string, Pair>();
  const at = (point: ConsumerPoint): Pair => pairs.get(point) as Pair;
  /** What the dead process left in its database, before anybody read on. */
  const left = new Map<string, { texts: string[]; letters: number }>();
  const readers = new Map<string, Reader>();

  beforeAll(async () => {
    resetMoods();
    await Promise.all(
      points.map(async (point) => {
        const made = await pair();
        pairs.set(point, made);
        startRelay(made);
        await note(made.writer.transaction, key, '1', point.startsWith('dead-letter') ? 'refused' : 'good');
        await note(made.writer.transaction, key, '2');
        await child(made, readerFile, point).endedBy('SIGKILL');
        left.set(point, { texts: await texts(made), letters: (await letters(made)).length });
        readers.set(point, await read(made));
      }),
    );
  });

  afterAll(() => endAll(pairs.values()));

  test.each(['fact.claimed', 'fact.handled'] as const)(
    'at %s has done nothing, and all is done once',
    async (point) => {
      expect(left.get(point)).toEqual({ texts: [], letters: 0 });
      await eventually(async () => expect(await texts(at(point))).toEqual(['1', '2']));
      expect(readers.get(point)?.strategy.state().counters).toMatchObject({ handled: 2, skipped: 0 });
    },
  );

  test('after its commit and before that of the offset has done its work, which is not done again', async () => {
    expect(left.get('fact.committed')).toEqual({ texts: ['1'], letters: 0 });
    await eventually(async () => expect(await texts(at('fact.committed'))).toEqual(['1', '2']));
    expect(readers.get('fact.committed')?.strategy.state().counters).toMatchObject({ handled: 1, skipped: 0 });
  });

  test('while it wrote a dead letter has left neither letter nor claim, and one is written', async () => {
    const it = at('dead-letter.written');
    expect(left.get('dead-letter.written')).toEqual({ texts: [], letters: 0 });
    await eventually(async () => expect(await letters(it)).toHaveLength(2));
    expect((await letters(it)).map(({ cause }) => cause !== null)).toEqual([true, false]);
    expect(await texts(it)).toEqual([]);
    const { rows } = await it.own.pool.query(`SELECT count(*)::int AS told FROM outbox WHERE type = 'dead-lettered'`);
    expect(rows).toEqual([{ told: 1 }]);
  });

  test('after its dead letter committed has left one, and there is one', async () => {
    const it = at('dead-letter.committed');
    expect(left.get('dead-letter.committed')).toEqual({ texts: [], letters: 1 });
    await eventually(async () => expect(await letters(it)).toHaveLength(2));
    expect((await letters(it)).map(({ cause }) => cause !== null)).toEqual([true, false]);
  });
});

describe('two readers of one service', () => {
  let it: Pair;

  beforeAll(async () => {
    resetMoods();
    it = await pair();
  });
  afterAll(() => endAll([it]));

  test('share the partitions; one killed in the middle leaves nothing undone or done twice', async () => {
    startRelay(it);
    const keys = Array.from({ length: 24 }, (_, index) => `key ${index}`);
    const tell = async (from: number, to: number) => {
      for (let nth = from; nth <= to; nth += 1)
        await Promise.all(keys.map((each) => note(it.writer.transaction, each, String(nth))));
    };
    const done = async () => (await effects(it.own.pool)).length;
    const doomed = child(it, readerFile, 'never');
    await tell(1, 2);
    await eventually(async () => (await done()) === 48);
    const reader = await read(it);
    const byReader = () => reader.strategy.state().counters.handled;
    await eventually(() => reader.strategy.state().topics[0]?.connected === true);
    await tell(3, 5);
    await eventually(async () => (await done()) === 120);
    // Both have worked: what the other has of the keys is nobody's from now on, until the group notices.
    expect(byReader()).toBeGreaterThan(0);
    expect(byReader()).toBeLessThan(72);
    await doomed.kill();
    await tell(6, 10);
    const expected = Array.from({ length: 10 }, (_, index) => String(index + 1));
    await eventually(async () => {
      for (const each of keys) expect(await textsOf(it.own.pool, each)).toEqual(expected);
    });
  });
});
