import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { isRefusal } from '@recapito/primitives';
import { eventually, namespace } from '@recapito/testing';
import type { DeadLetter } from '../src/index.ts';
import { ensureTopics, listDeadLetters, redrive, Relay, setAside, sweep } from '../src/index.ts';
import type { Reader } from './reader.ts';
import { attempts, moods, resetMoods, startReader } from './reader.ts';
import type { SpecDatabase } from './scene.ts';
import { connectionFor, note, produceRaw, recordsOf, specDatabase, textsOf, topic } from './scene.ts';

const lettersTopic = 'mailbox.dead-letters.v1';

describe('dead letters', () => {
  const prefix = namespace();
  const writing = connectionFor('migration', prefix);
  const reading = connectionFor('mailbox', prefix);
  let writer: SpecDatabase;
  let own: SpecDatabase;
  let relays: Relay[];
  let reader: Reader;

  beforeAll(async () => {
    await ensureTopics(reading.brokers, prefix, [topic, lettersTopic]);
    writer = await specDatabase('migration');
    own = await specDatabase('mailbox');
    relays = [new Relay({ ...writing, databaseUrl: writer.url }), new Relay({ ...reading, databaseUrl: own.url })];
    for (const relay of relays) relay.start();
    reader = await startReader(reading, own.transaction);
  });

  afterAll(async () => {
    await reader.stop();
    await Promise.all(relays.map((relay) => relay.stop()));
    await writer.drop();
    await own.drop();
  });

  beforeEach(resetMoods);

  const tell = (key: string, text: string, mood = 'good') => note(writer.transaction, key, text, mood);
  const lettersOf = async (key: string): Promise<DeadLetter[]> =>
    (await own.transaction((tx) => listDeadLetters(tx, { limit: 100 }))).filter((letter) => letter.key === key);
  /** The open letters of a key, once there are as many. */
  const untilKept = (key: string, count: number) =>
    eventually(async () => {
      const letters = await lettersOf(key);
      expect(letters).toHaveLength(count);
      return letters;
    });
  const first = (letters: readonly DeadLetter[]): string => letters[0]?.id ?? 'none';
  const ask = (id: string) => own.transaction((tx) => redrive(tx, id));
  const toldOf = async (id: string) =>
    (await recordsOf(reading, lettersTopic))
      .filter(({ value }) => (JSON.parse(String(value)) as { deadLetter: string }).deadLetter === id)
      .map(({ headers, value }) => ({
        type: String(headers?.['ce_type']).split('.').at(-1),
        sequence: String(headers?.['ce_sequence']),
        cause: (JSON.parse(String(value)) as { cause: string }).cause,
      }));

  test('poison is kept, its key queues behind it, and the next person is served', async () => {
    await tell('poisoned', 'before');
    await eventually(async () => expect(await textsOf(own.pool, 'poisoned')).toEqual(['before']));
    await produceRaw(reading, [{ key: 'poisoned', value: Buffer.from([0xff, 0x00, 0xfe]), headers: { junk: 'a\0b' } }]);
    await untilKept('poisoned', 1);
    await tell('poisoned', 'behind');
    await tell('the next person', 'served');
    await eventually(async () => expect(await textsOf(own.pool, 'the next person')).toEqual(['served']));

    const letters = await untilKept('poisoned', 2);
    expect(letters.map(({ cause, failureClass }) => [failureClass, cause])).toEqual([
      ['permanent', 'PermanentFailure: the header ce_specversion is missing'],
      [null, null],
    ]);
    expect(await textsOf(own.pool, 'poisoned')).toEqual(['before']);
    const { rows } = await own.pool.query(`SELECT value, headers FROM dead_letter WHERE id = $1`, [first(letters)]);
    expect(rows).toEqual([{ value: Buffer.from([0xff, 0x00, 0xfe]), headers: [['junk', 'YQBi']] }]);
  });

  test('a redrive replays a key in order, and what came meanwhile after it', async () => {
    await tell('replayed', '1', 'refused');
    for (const text of ['2', '3', '4']) await tell('replayed', text);
    const letters = await untilKept('replayed', 4);
    moods.clear();
    expect(await ask(first(letters))).toEqual({ asked: true });
    await eventually(async () => expect(await textsOf(own.pool, 'replayed')).toEqual(['1', '2', '3', '4']));
    await tell('replayed', '5');
    await eventually(async () => expect(await textsOf(own.pool, 'replayed')).toEqual(['1', '2', '3', '4', '5']));
    expect(await lettersOf('replayed')).toEqual([]);
    expect(attempts.filter(({ redriven }) => redriven).map(({ text }) => text)).toEqual(['1', '2', '3', '4']);
  });

  test('a record that fails again stays, and those behind it', async () => {
    await tell('stubborn', '1', 'refused');
    await tell('stubborn', '2');
    const [letter] = await untilKept('stubborn', 2);
    await ask(letter?.id ?? '');
    await eventually(async () =>
      expect((await lettersOf('stubborn'))[0]).toMatchObject({ tries: 1, redriveAskedAt: null }),
    );
    expect(await textsOf(own.pool, 'stubborn')).toEqual([]);
  });

  test('one that only waited and then fails becomes a dead letter of its own; what was before it took effect', async () => {
    await tell('second', '1', 'refused');
    await tell('second', '2', 'faulty');
    await tell('second', '3');
    const letters = await untilKept('second', 3);
    moods.delete('refused');
    await ask(first(letters));
    await eventually(async () =>
      expect((await lettersOf('second')).map(({ failureClass }) => failureClass)).toEqual(['other', null]),
    );
    expect(await textsOf(own.pool, 'second')).toEqual(['1']);
    const failed = await lettersOf('second');
    await eventually(async () =>
      expect(await toldOf(first(failed))).toEqual([{ type: 'dead-lettered', sequence: '1', cause: 'TypeError' }]),
    );
  });

  test('the world is told that a record was kept and that it took effect after all, never its content', async () => {
    await tell('told', 'quiet please', 'faulty');
    const [letter] = await untilKept('told', 1);
    moods.clear();
    await ask(letter?.id ?? '');
    await eventually(async () =>
      expect(await toldOf(letter?.id ?? '')).toEqual([
        { type: 'dead-lettered', sequence: '1', cause: 'TypeError' },
        { type: 'redriven', sequence: '2', cause: 'other' },
      ]),
    );
    // The operator reads the error's words, the topic carries none: they named a person.
    expect(letter?.cause).toContain('Mario');
  });

  test('what an operator sets aside never takes effect, and lets those behind it go on', async () => {
    await tell('aside', '1', 'refused');
    await tell('aside', '2');
    const letters = await untilKept('aside', 2);
    expect(await own.transaction((tx) => setAside(tx, first(letters)))).toEqual({ setAside: true });
    await eventually(async () => expect(await textsOf(own.pool, 'aside')).toEqual(['2']));
    expect(await lettersOf('aside')).toEqual([]);
  });

  test('an unknown or closed letter and one older than 60 days are not redriven', async () => {
    await tell('old', '1', 'refused');
    const letters = await untilKept('old', 1);
    await own.pool.query(`UPDATE dead_letter SET recorded_at = now() - interval '61 days' WHERE key = 'old'`);
    const refusal = await ask(first(letters));
    const unknown = await ask('00000000-0000-7000-8000-000000000000');
    const noId = await ask('not an id');
    expect([refusal, unknown, noId].map((each) => isRefusal(each) && each.refused)).toEqual([
      'dead-letter/too-old',
      'dead-letter/unknown',
      'dead-letter/unknown',
    ]);
    await own.transaction((tx) => setAside(tx, first(letters)));
    expect(isRefusal(await own.transaction((tx) => setAside(tx, first(letters))))).toBe(true);
  });

  test('a record older than the claims that were swept away is kept instead of doing its work twice', async () => {
    const { offset, headers, value } = await deliveredRecord('replay');
    await own.pool.query(`UPDATE inbox SET claimed_at = now() - interval '61 days'`);
    const swept = await sweep(own.transaction);
    expect(swept.inbox).toBeGreaterThan(0);
    await replayAt('replay', value, headers, Date.now() - 62 * 86_400_000);
    const [letter] = await untilKept('replay', 1);
    expect(letter?.cause).toMatch(/older than the claims/);
    expect(letter?.offset).not.toBe(offset);
    expect(await textsOf(own.pool, 'replay')).toEqual(['once']);
  });

  async function deliveredRecord(key: string) {
    const id = await tell(key, 'once');
    await eventually(async () => expect(await textsOf(own.pool, key)).toEqual(['once']));
    const record = (await recordsOf(reading)).find(({ headers }) => String(headers?.['ce_id']) === id);
    const headers = Object.entries(record?.headers ?? {}).map(([name, text]) => [name, String(text)] as const);
    return { offset: record?.offset, value: String(record?.value), headers: Object.fromEntries(headers) };
  }

  async function replayAt(key: string, value: string, headers: Record<string, string>, timestamp: number) {
    await produceRaw(reading, [{ key, value, headers, timestamp: String(timestamp) }]);
  }
});
