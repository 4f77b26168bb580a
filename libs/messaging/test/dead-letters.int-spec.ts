import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { event } from '@recapito/contracts';
import { isRefusal } from '@recapito/primitives';
import { eventually, namespace } from '@recapito/testing';
import { z } from 'zod';
import type { DeadLetter } from '../src/index.ts';
import {
  ensureTopics,
  InfrastructureFailure,
  listDeadLetters,
  redrive,
  Relay,
  republish,
  setAside,
  sweep,
} from '../src/index.ts';
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
  /** The headers of the record that holds a fact. */
  async function headersOf(id: string): Promise<Record<string, string>> {
    const record = (await recordsOf(reading)).find(({ headers }) => String(headers?.['ce_id']) === id);
    return Object.fromEntries(Object.entries(record?.headers ?? {}).map(([name, text]) => [name, String(text)]));
  }
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

  // @rule MESSAGING-AGE MESSAGING-DEAD-LETTER
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

  test('a record above the position takes effect, however old it is: age alone makes no dead letter', async () => {
    const id = await tell('waited', '1');
    await eventually(async () => expect(await textsOf(own.pool, 'waited')).toEqual(['1']));
    await own.pool.query(`UPDATE inbox SET claimed_at = now() - interval '121 days'`);
    expect((await sweep(own.transaction)).inbox).toBeGreaterThan(0);
    await produceRaw(reading, [
      {
        key: 'waited',
        value: '{"text":"2","mood":"good"}',
        headers: { ...(await headersOf(id)), ce_id: randomUUID(), ce_sequence: '2' },
        timestamp: String(Date.now() - 122 * 86_400_000),
      },
    ]);
    await eventually(async () => expect(await textsOf(own.pool, 'waited')).toEqual(['1', '2']));
    expect(await lettersOf('waited')).toEqual([]);
  });

  // @rule INBOX-RENEWED
  test('a claim is kept for 120 days since its fact last came', async () => {
    const id = await tell('renewed', '1');
    await eventually(async () => expect(await textsOf(own.pool, 'renewed')).toEqual(['1']));
    await own.pool.query(`UPDATE inbox SET claimed_at = now() - interval '119 days' WHERE id = $1`, [id]);
    await sweep(own.transaction);
    await writer.transaction((tx) => republish(tx, topic));
    const age = () =>
      own.pool.query(`SELECT FROM inbox WHERE id = $1 AND claimed_at > now() - interval '1 hour'`, [id]);
    await eventually(async () => expect((await age()).rowCount).toBe(1));
    expect(await textsOf(own.pool, 'renewed')).toEqual(['1']);
  });

  // @rule INBOX-REUSED-ID
  test('a record under the id of another one is a dead letter, and no redrive makes it the same', async () => {
    const id = await tell('reused', '1');
    await eventually(async () => expect(await textsOf(own.pool, 'reused')).toEqual(['1']));
    const value = '{"text":"forged","mood":"good"}';
    await produceRaw(reading, [{ key: 'reused', value, headers: await headersOf(id) }]);
    const letters = await untilKept('reused', 1);
    const words = 'PermanentFailure: another record was taken under the id of this one';
    expect(letters[0]?.cause).toBe(words);
    await ask(first(letters));
    await eventually(async () => expect((await lettersOf('reused'))[0]).toMatchObject({ tries: 1, cause: words }));
    expect(await textsOf(own.pool, 'reused')).toEqual(['1']);
  });

  // @rule DEAD-LETTER-REDRIVE
  test('a redrive that waits for what is away keeps no other key waiting', async () => {
    await tell('waits', '1', 'refused');
    await tell('does not wait', '1', 'faulty');
    const [waiting, other] = [await untilKept('waits', 1), await untilKept('does not wait', 1)];
    let tries = 0;
    moods.set('refused', () => {
      tries += 1;
      throw new InfrastructureFailure('a server is away');
    });
    moods.delete('faulty');
    await ask(first(waiting));
    await eventually(() => tries > 1);
    await ask(first(other));
    await eventually(async () => expect(await textsOf(own.pool, 'does not wait')).toEqual(['1']));
    expect(await textsOf(own.pool, 'waits')).toEqual([]);
    await eventually(() => reader.strategy.state().redriving === 1);
    moods.clear();
    await eventually(async () => expect(await textsOf(own.pool, 'waits')).toEqual(['1']));
    await eventually(() => reader.strategy.state().redriving === 0);
  });

  // @rule DEAD-LETTER-NEW-TYPE
  test('a type that a process did not know is taken, before what waits behind it, by one that knows it', async () => {
    const id = await tell('new type', '1');
    await eventually(async () => expect(await textsOf(own.pool, 'new type')).toEqual(['1']));
    const changed = { ce_id: randomUUID(), ce_type: 'it.recapito.migration.moves.spec-added' };
    const unknown = { ...(await headersOf(id)), ...changed };
    await produceRaw(reading, [{ key: 'new type', value: '{}', headers: unknown }]);
    await untilKept('new type', 1);
    await tell('new type', '2');
    const letters = await untilKept('new type', 2);
    const words = 'PermanentFailure: nobody here knows the type spec-added';
    expect(letters.map(({ cause }) => cause)).toEqual([words, null]);
    await reader.stop();
    reader = await startReader(reading, own.transaction, { ignore: [event(topic, 'spec-added', z.unknown())] });
    await eventually(async () => expect(await textsOf(own.pool, 'new type')).toEqual(['1', '2']));
    expect(await lettersOf('new type')).toEqual([]);
  });
});
