import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deleteTopics, eventually, namespace } from '@recapito/testing';
import type { RelayPoint, ServiceConnection } from '../src/index.ts';
import { ensureTopics, openRepublication, outboxPending } from '../src/index.ts';
import { Relay, republish } from '../src/index.ts';
import { claim } from '../src/facts/inbox.ts';
import type { SpecDatabase } from './scene.ts';
import { connectionFor, note, recordsOf, specDatabase, topic } from './scene.ts';

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => String(first + index));

describe('a topic that is published again from the outbox', () => {
  let connection: ServiceConnection;
  let database: SpecDatabase;
  let relay: Relay;

  beforeEach(async () => {
    connection = connectionFor('migration', namespace());
    database = await specDatabase('migration');
    relay = start();
  });

  afterEach(async () => {
    await relay.stop();
    await database.drop();
  });

  function start(probe: (point: RelayPoint) => void | Promise<void> = () => undefined): Relay {
    const started = new Relay({ ...connection, databaseUrl: database.url, probe });
    started.start();
    return started;
  }
  const append = async (key: string, ...texts: readonly string[]) => {
    for (const text of texts) await note(database.transaction, key, text);
  };
  const published = () => eventually(async () => (await database.transaction(outboxPending)) === 0);
  const again = () => database.transaction((tx) => republish(tx, topic));
  const textsOf = async (key: string) =>
    (await recordsOf(connection))
      .filter((record) => String(record.key) === key)
      .map(({ value }) => (JSON.parse(String(value)) as { text: string }).text);

  const wipe = () => deleteTopics(connection, [topic]);

  /** Handles the whole topic as a reader that claims each fact: the texts that took effect now, of all keys. */
  async function handle(): Promise<string[]> {
    const handled: string[] = [];
    for (const { headers, value } of await recordsOf(connection)) {
      const fact = { topic, id: String(headers?.['ce_id']), fingerprint: value ?? Buffer.alloc(0) };
      if ((await database.transaction((tx) => claim(tx, 'reader', fact))) === 'fresh')
        handled.push((JSON.parse(String(value)) as { text: string }).text);
    }
    return handled;
  }

  // @rule REPUBLISH-CLAIMED TOPIC-LOST-RECORDS
  test('doubles nothing for a reader that claims, and loses nothing that it had not read before the topic was wiped', async () => {
    await append('a', '1', '2');
    await published();
    expect(await handle()).toEqual(['1', '2']);
    await append('a', '3');
    await published();
    await relay.stop();
    await wipe();
    await append('a', '4');
    relay = start();
    await eventually(async () => expect(await textsOf('a')).toEqual(['1', '2', '3', '4']));
    expect(await handle()).toEqual(['3', '4']);
    expect(await again()).toBe(4);
    await published();
    expect(await textsOf('a')).toEqual(['1', '2', '3', '4', '1', '2', '3', '4']);
    expect(await handle()).toEqual([]);
  });

  // @rule TOPIC-LOST-RECORDS
  test('is noticed by a relay that has published into the new topic: every earlier fact follows, then the later ones', async () => {
    await append('a', '1', '2');
    await append('b', 'once');
    await published();
    await wipe();
    await ensureTopics(connection.brokers, connection.namespace, [topic]);
    await append('a', '3');
    await published();
    await append('a', '4');
    await published();
    expect((await textsOf('a')).slice(-4)).toEqual(['1', '2', '3', '4']);
    expect((await textsOf('b')).slice(-1)).toEqual(['once']);
  });

  // @rule REPUBLISH-CLAIMED
  test('goes before what is appended meanwhile, in batches, and begins anew when it is asked for again', async () => {
    for (const key of ['a', 'b']) await append(key, ...upTo(400));
    await published();
    const sentBefore = relay.state().sent;
    let asked = 0;
    await relay.stop();
    relay = start(async (point) => {
      if (point !== 'relay.sent' || asked > 0) return;
      asked = await again();
      await append('a', '402');
    });
    expect(await again()).toBe(800);
    await append('a', '401');
    await published();
    expect([sentBefore, asked]).toEqual([800, 800]);
    const seen = await textsOf('a');
    expect(seen.slice(0, 400)).toEqual(upTo(400));
    expect(seen.slice(-402)).toEqual(upTo(402));
    expect(await database.transaction(openRepublication)).toEqual({ topics: [], left: 0 });
  });

  test('a relay that dies between sending and marking leaves it to the next one', async () => {
    await append('a', '1', '2');
    await published();
    await relay.stop();
    let died = false;
    relay = start((point) => {
      if (point !== 'relay.sent' || died) return;
      died = true;
      throw new Error('dies here');
    });
    await again();
    expect(await database.transaction(openRepublication)).toEqual({ topics: [topic], left: 2 });
    await published();
    expect(await textsOf('a')).toEqual(['1', '2', '1', '2', '1', '2']);
  });

  // @rule REPUBLISH-CLAIMED
  test('leaves out what was appended so long ago that claims of it may be deleted, and does not prolong its stay', async () => {
    await append('a', 'claims live', 'claims may be deleted');
    await published();
    await database.pool.query(`
      UPDATE outbox SET appended_at = now() - interval '58 days', published_at = '2026-01-02T03:04:05Z' WHERE sequence = 1;
      UPDATE outbox SET appended_at = now() - interval '59 days 1 hour' WHERE sequence = 2`);
    expect(await again()).toBe(1);
    await published();
    expect(await textsOf('a')).toEqual(['claims live', 'claims may be deleted', 'claims live']);
    const { rows } = await database.pool.query('SELECT FROM outbox WHERE published_at = $1', ['2026-01-02T03:04:05Z']);
    expect(rows).toHaveLength(1);
  });

  test('ends also when its rows are too old once the relay comes to them; without rows it never begins', async () => {
    await append('a', '1');
    await published();
    await relay.stop();
    expect(await again()).toBe(1);
    await database.pool.query(`UPDATE outbox SET appended_at = now() - interval '60 days'`);
    expect(await again()).toBe(0);
    relay = start();
    await published();
    await append('a', '2');
    await published();
    expect(await textsOf('a')).toEqual(['1', '2']);
  });
});
