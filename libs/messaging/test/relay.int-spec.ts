import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, namespace } from '@recapito/testing';
import type { RelayPoint, ServiceConnection } from '../src/index.ts';
import { ensureTopics, outboxPending, Relay } from '../src/index.ts';
import type { SpecDatabase } from './scene.ts';
import { connectionFor, note, recordsOf, specDatabase, topic } from './scene.ts';

describe('relays of one service', () => {
  let connection: ServiceConnection;
  let database: SpecDatabase;
  let relays: Relay[];

  beforeEach(async () => {
    connection = connectionFor('migration', namespace());
    database = await specDatabase('migration');
    relays = [];
  });

  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
    await database.drop();
  });

  const startRelay = (probe: (point: RelayPoint) => void | Promise<void> = () => undefined): Relay => {
    const relay = new Relay({ ...connection, databaseUrl: database.url, probe });
    relays.push(relay);
    relay.start();
    return relay;
  };
  const allPublished = () => eventually(async () => (await database.transaction(outboxPending)) === 0);
  const loseTheLock = () =>
    database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database =
         (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
  const textsByKey = async (): Promise<Map<string, string[]>> => {
    const texts = new Map<string, string[]>();
    for (const { key, value } of await recordsOf(connection)) {
      const { text } = JSON.parse(String(value)) as { text: string };
      texts.set(String(key), [...(texts.get(String(key)) ?? []), text]);
    }
    return texts;
  };

  test('two of them: one publishes, the other waits and takes over when the first goes', async () => {
    const one = startRelay();
    await eventually(() => one.state().leading);
    const other = startRelay();
    await note(database.transaction, 'a', '1');
    await allPublished();
    expect([one.state().sent, other.state().sent]).toEqual([1, 0]);
    await one.stop();
    await eventually(() => other.state().leading);
    await note(database.transaction, 'a', '2');
    await allPublished();
    expect([one.state().sent, other.state().sent]).toEqual([1, 1]);
    expect(await textsByKey()).toEqual(new Map([['a', ['1', '2']]]));
  });

  test('a relay that lost its connection between reading and sending sends nothing', async () => {
    let lost = false;
    const first = startRelay(async (point) => {
      if (point !== 'relay.read' || lost) return;
      await loseTheLock();
      await eventually(() => !first.state().leading);
      lost = true;
    });
    await eventually(() => first.state().leading);
    await note(database.transaction, 'a', '1');
    await eventually(() => lost && first.state().lastError !== null);
    expect(first.state().sent).toBe(0);
    // It starts again with a new connection and sends what is due, once.
    await allPublished();
    expect(await textsByKey()).toEqual(new Map([['a', ['1']]]));
  });

  test('two of them whose locks are taken away at random never invert the order of a key', async () => {
    await ensureTopics(connection.brokers, connection.namespace, [topic]);
    startRelay();
    startRelay();
    const keys = ['a', 'b', 'c', 'd'];
    for (let nth = 1; nth <= 60; nth += 1) {
      for (const key of keys) await note(database.transaction, key, String(nth));
      if (nth % 12 === 0) await loseTheLock();
    }
    await allPublished();
    const seen = await textsByKey();
    const expected = Array.from({ length: 60 }, (_, index) => String(index + 1));
    // A repetition is allowed, the claims make it nothing: what counts is when each was first seen.
    for (const key of keys) expect([...new Set(seen.get(key))]).toEqual(expected);
  });

  test('a transaction that commits late is not passed over', async () => {
    startRelay();
    await ensureTopics(connection.brokers, connection.namespace, [topic]);
    const late = await database.pool.connect();
    await late.query('BEGIN');
    await late.query(
      `INSERT INTO outbox (topic, key, type, version, sequence, time, traceparent, value)
       VALUES ('${topic}', 'late', 'spec-noted', 1, 1, now(), '00-0-0-01', '{"text":"late","mood":"good"}')`,
    );
    await note(database.transaction, 'early', 'early');
    await allPublished();
    await late.query('COMMIT');
    late.release();
    await allPublished();
    expect([...(await textsByKey()).keys()].sort()).toEqual(['early', 'late']);
  });

  test('a database that is away does not end it', async () => {
    const relay = startRelay();
    await eventually(() => relay.state().leading);
    await loseTheLock();
    await eventually(() => relay.state().leading);
    await note(database.transaction, 'a', 'after it');
    await allPublished();
    expect(relay.state()).toMatchObject({ leading: true, brokerConnected: true, sent: 1, lastError: null });
  });
});
