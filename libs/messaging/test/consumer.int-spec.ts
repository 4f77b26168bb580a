import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { event } from '@recapito/contracts';
import { eventually, namespace } from '@recapito/testing';
import { z } from 'zod';
import { correlated, ensureTopics, InfrastructureFailure, listDeadLetters, Relay, traceId } from '../src/index.ts';
import { consumerSettings } from '../src/broker/kafka.ts';
import type { Reader } from './reader.ts';
import { attempts, moods, resetMoods, startReader } from './reader.ts';
import type { SpecDatabase } from './scene.ts';
import { connectionFor, effects, note, noted, produceRaw, recordsOf, specDatabase, textsOf, topic } from './scene.ts';

describe('a service that reads facts', () => {
  const prefix = namespace();
  const writing = connectionFor('migration', prefix);
  const reading = connectionFor('mailbox', prefix);
  let writer: SpecDatabase;
  let own: SpecDatabase;
  let relay: Relay;
  let reader: Reader;

  beforeAll(async () => {
    await ensureTopics(reading.brokers, prefix, [topic, 'mailbox.dead-letters.v1']);
    writer = await specDatabase('migration');
    own = await specDatabase('mailbox');
    relay = new Relay({ ...writing, databaseUrl: writer.url });
    relay.start();
    reader = await startReader(reading, own.transaction, { ignore: [event(topic, 'spec-ignored', z.unknown())] });
    await eventually(() => reader.strategy.state().topics[0]?.connected === true);
  });

  afterAll(async () => {
    await reader.stop();
    await relay.stop();
    await writer.drop();
    await own.drop();
  });

  beforeEach(resetMoods);
  afterEach(() => moods.clear());

  const tell = async (key: string, text: string, mood = 'good') => {
    const id = await note(writer.transaction, key, text, mood);
    relay.nudge();
    return id;
  };
  const deadLettersOf = async (key: string) =>
    (await own.transaction((tx) => listDeadLetters(tx, { limit: 100 }))).filter((letter) => letter.key === key);

  test('facts of a key take effect once and in order', async () => {
    for (let nth = 1; nth <= 20; nth += 1) await tell('in-order', `${nth}`);
    await eventually(async () =>
      expect(await textsOf(own.pool, 'in-order')).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 1}`)),
    );
  });

  test('a fact that is delivered again takes effect once', async () => {
    const id = await tell('doubled', 'once');
    await eventually(async () => expect(await textsOf(own.pool, 'doubled')).toEqual(['once']));
    const [record] = (await recordsOf(reading)).filter(({ headers }) => String(headers?.['ce_id']) === id);
    const { skipped } = reader.strategy.state().counters;
    await produceRaw(reading, [
      { key: record?.key ?? null, value: record?.value ?? null, headers: textHeaders(record) },
    ]);
    await eventually(() => reader.strategy.state().counters.skipped === skipped + 1);
    expect(await textsOf(own.pool, 'doubled')).toEqual(['once']);
  });

  test('the correlation of the cause reaches the handler as a new span of the same trace', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await correlated(traceparent, () => tell('correlated', 'follow me'));
    const seen = await eventually(() => attempts.find(({ text }) => text === 'follow me') ?? false);
    expect(traceId(seen.traceparent)).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(seen.traceparent).not.toBe(traceparent);
  });

  test('a fault of infrastructure is waited out and never becomes a dead letter', async () => {
    let away = 4;
    moods.set('away', () => {
      away -= 1;
      if (away >= 0) throw new InfrastructureFailure('the other server is away');
      return undefined;
    });
    await tell('away', 'patient', 'away');
    await tell('away', 'behind');
    await eventually(async () => expect(await textsOf(own.pool, 'away')).toEqual(['patient', 'behind']));
    expect(attempts.filter(({ text }) => text === 'patient')).toHaveLength(5);
    expect(await deadLettersOf('away')).toEqual([]);
  });

  test('what is away for one person does not keep the others waiting', async () => {
    await tell('stuck', 'waits for its server', 'away');
    await eventually(() => attempts.filter(({ text }) => text === 'waits for its server').length >= 5);
    const keys = ['free 1', 'free 2', 'free 3', 'free 4'];
    for (const key of keys) await tell(key, 'served');
    // One of them may share the partition of the one that is stuck; it has to wait.
    await eventually(async () => {
      const served = await Promise.all(keys.map((key) => textsOf(own.pool, key)));
      expect(served.flat().length).toBeGreaterThanOrEqual(3);
    });
    moods.clear();
    await eventually(async () => {
      for (const key of [...keys, 'stuck']) expect(await textsOf(own.pool, key)).toHaveLength(1);
    });
  });

  test('an unknown failure is tried three times within two seconds, then is a dead letter without effect', async () => {
    await tell('faulty', 'buggy', 'faulty');
    const [letter] = await eventually(async () => {
      const letters = await deadLettersOf('faulty');
      return letters.length > 0 && letters;
    });
    const tries = attempts.filter(({ text }) => text === 'buggy');
    expect(letter).toMatchObject({ failureClass: 'other', cause: 'TypeError: the handler has a bug about Mario' });
    expect(tries).toHaveLength(3);
    expect((tries[2]?.at ?? 0) - (tries[0]?.at ?? 0)).toBeLessThan(2_000);
    expect(await textsOf(own.pool, 'faulty')).toEqual([]);
  });

  test('a refused fact is a dead letter at once, and what its handler wrote is gone', async () => {
    await tell('refused', 'no', 'refused');
    const [letter] = await eventually(async () => {
      const letters = await deadLettersOf('refused');
      return letters.length > 0 && letters;
    });
    expect(letter).toMatchObject({ failureClass: 'permanent', cause: expect.stringContaining('spec/refused') });
    expect(attempts.filter(({ text }) => text === 'no')).toHaveLength(1);
    expect(await textsOf(own.pool, 'refused')).toEqual([]);
  });

  test.each([
    ['bytes that are no event', {}, 'not json', /the header ce_specversion is missing/],
    ['a value that is no JSON', {}, '{"text":', /the value is no JSON/, true],
    ['data that break the contract', {}, '{"text":1,"mood":"good"}', /breaks its contract at text/, true],
    ['a type nobody knows', { ce_type: 'it.recapito.migration.moves.never-heard' }, '{}', /nobody here knows/, true],
    [
      'another version of the schema',
      { ce_dataschema: 'urn:recapito:migration.moves.v1:spec-noted:2' },
      '{"text":"a","mood":"good"}',
      /has version 2/,
      true,
    ],
    [
      'the type of another topic',
      { ce_type: 'it.recapito.identity.holders.confirmed' },
      '{}',
      /none of the topic/,
      true,
    ],
  ])('%s: a dead letter at once', async (name, headers, value, cause, wellFormed = false) => {
    const sound = wellFormed ? eventHeaders(name) : {};
    await produceRaw(reading, [{ key: name, value, headers: { ...sound, ...headers } }]);
    const [letter] = await eventually(async () => {
      const letters = await deadLettersOf(name);
      return letters.length > 0 && letters;
    });
    expect(letter?.failureClass).toBe('permanent');
    expect(letter?.cause).toMatch(cause);
  });

  test('a type on the ignore list is read past', async () => {
    const headers = { ...eventHeaders('ignored'), ce_type: 'it.recapito.migration.moves.spec-ignored' };
    await produceRaw(reading, [{ key: 'ignored', value: '{}', headers }]);
    await tell('ignored', 'after it');
    await eventually(async () => expect(await textsOf(own.pool, 'ignored')).toEqual(['after it']));
    expect(await deadLettersOf('ignored')).toEqual([]);
  });

  test('a paused service takes nothing, and goes on where it stood', async () => {
    await reader.strategy.pause();
    await tell('paused', 'wait for it');
    await eventually(async () => (await reader.strategy.lag()) === 1);
    await tell('paused', 'and for this');
    await eventually(async () => (await reader.strategy.lag()) === 2);
    expect(await textsOf(own.pool, 'paused')).toEqual([]);
    reader.strategy.resume();
    await eventually(async () => expect(await textsOf(own.pool, 'paused')).toEqual(['wait for it', 'and for this']));
    await eventually(async () => (await reader.strategy.lag()) === 0);
  });

  test('a handler that takes longer than the group waits for a silent member keeps its partitions', async () => {
    // The group would have given a silent member up: its session ends that long after its last beat, which came before.
    const longerMs = (consumerSettings.sessionTimeout ?? Number.NaN) + 500;
    moods.set('slow', async () => {
      await new Promise((resolve) => setTimeout(resolve, longerMs));
      return undefined;
    });
    await tell('slow', 'take your time', 'slow');
    await eventually(async () => expect(await textsOf(own.pool, 'slow')).toEqual(['take your time']));
    expect(attempts.filter(({ text }) => text === 'take your time')).toHaveLength(1);
  });

  test('stopping finishes what is in hand, commits it and leaves the group', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    moods.set('held', async () => {
      await held;
      return undefined;
    });
    await tell('held', 'in hand', 'held');
    await tell('held', 'not begun');
    await eventually(() => attempts.some(({ text }) => text === 'in hand'));
    const stopped = reader.stop();
    release();
    await stopped;
    expect(await textsOf(own.pool, 'held')).toEqual(['in hand']);

    const { length } = await effects(own.pool);
    reader = await startReader(reading, own.transaction, { ignore: [event(topic, 'spec-ignored', z.unknown())] });
    await eventually(async () => expect(await textsOf(own.pool, 'held')).toEqual(['in hand', 'not begun']));
    expect(await effects(own.pool)).toHaveLength(length + 1);
    expect(reader.strategy.state().counters).toMatchObject({ handled: 1, skipped: 0 });
  });
});

let ids = 0;

function eventHeaders(key: string): Record<string, string> {
  ids += 1;
  return {
    ce_specversion: '1.0',
    ce_id: `00000000-0000-7000-8000-${String(ids).padStart(12, '0')}`,
    ce_source: 'migration',
    ce_type: `it.recapito.migration.moves.${noted.type}`,
    ce_dataschema: `urn:recapito:migration.moves.v1:${noted.type}:1`,
    ce_time: '2010-08-02T12:00:00.000Z',
    ce_subject: key,
    ce_sequence: '1',
    'content-type': 'application/json',
  };
}

function textHeaders(record: { headers?: object } | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(record?.headers ?? {}).map(([name, value]) => [name, String(value)]));
}
