import { randomUUID } from 'node:crypto';
import type { RunTransaction } from '@recapito/messaging';
import { Database } from '@recapito/database';
import type { Pool } from 'pg';
import type { Benchmark, Contest, Occasion } from './benchmark.ts';
import { fillTopic } from './broker.ts';
import { Ground } from './ground.ts';
import { insertEffect, messagingDatabase } from './messaging-database.ts';
import { noted, notedRecord } from './noted.ts';
import { generatedClient } from './prisma-client.ts';
import { countProcessorTime } from './processor-time.ts';
import { rateOf } from './rate.ts';
import { startReader } from './reader.ts';
import type { ReaderOptions } from './reader.ts';

const facts = { full: 8_000, small: 300 };

/** Connections of a service's pool, and partitions of a topic. */
const [connections, atOnce] = [8, 12];

export const consume: Benchmark = {
  name: 'consume',
  ours: 'facts per second from a topic through claim and a one-row effect, as many in a transaction as services take',
  yardstick: 'bare INSERTs of the same two rows, a transaction each, by pg with the same pool and concurrency',
  unit: 'facts/s',
  better: 'more',
  mark: 'ratio 0.8',
  reached: ({ ratio }) => ratio >= 0.8,
  runs: 5,
  prepare,
};

async function prepare(occasion: Occasion): Promise<Contest> {
  const { size, says, abort } = occasion;
  const ground = await Ground.open(occasion, ['postgres', 'kafka']);
  const count = facts[size];
  const namespace = `${ground.unique('consume')}.`;
  says(`${count} facts are laid on the topic`);
  const holders = Array.from({ length: 500 }, () => randomUUID());
  const record = (nth: number) => notedRecord(holders[nth % holders.length] ?? '', nth);
  await fillTopic(ground.brokers, namespace, { topic: noted.topic, count, record });
  const { url } = await messagingDatabase(ground, 'bench');
  const pool = ground.pool(url, connections);
  const PrismaClient = await generatedClient(ground);
  const database = new Database(PrismaClient, url, { connections, name: 'bench' });
  ground.atEnd(() => database.close());
  const transaction: RunTransaction = (work) => database.transaction(work);
  return {
    async ours() {
      await emptied(ground, pool);
      const service = ground.unique('reader');
      const used = countProcessorTime(ground.servers.pids, 'reader');
      const rate = await heard({ service, brokers: ground.brokers, namespace, transaction }, pool, count, abort);
      says(`processor time a fact: ${used(count)}`);
      return rate;
    },
    async yardstick() {
      await emptied(ground, pool);
      const used = countProcessorTime(ground.servers.pids, 'writer');
      const rate = await inserted(pool, count);
      says(`processor time of two bare INSERTs: ${used(count)}`);
      return rate;
    },
  };
}

async function emptied(ground: Ground, pool: Pool): Promise<void> {
  await pool.query('TRUNCATE inbox, effect');
  await ground.settle();
}

async function heard(options: ReaderOptions, pool: Pool, count: number, abort: AbortSignal): Promise<number> {
  const reader = await startReader(options);
  try {
    const rate = await rateOf(() => reader.strategy.state().counters.handled, { count, everyMs: 10, abort });
    await checkRows(pool, count);
    return rate;
  } finally {
    await reader.stop();
  }
}

async function inserted(pool: Pool, count: number): Promise<number> {
  const holder = randomUUID();
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      await insertBoth(pool, holder, begun);
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: atOnce }, worker));
  const seconds = (performance.now() - begin) / 1_000;
  await checkRows(pool, count);
  return count / seconds;
}

async function insertBoth(pool: Pool, holder: string, nth: number): Promise<void> {
  const client = await pool.connect();
  try {
    const id = randomUUID();
    await client.query('BEGIN');
    await client.query({ name: 'claim', text: insertClaim, values: ['bare', noted.topic, id] });
    await client.query({ name: 'effect', text: insertEffect, values: [id, holder, nth] });
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

const insertClaim = 'INSERT INTO inbox (consumer, topic, id) VALUES ($1::text, $2::text, $3::uuid)';

async function checkRows(pool: Pool, count: number): Promise<void> {
  const { rows } = await pool.query<{ claims: number; effects: number }>(
    'SELECT (SELECT count(*) FROM inbox)::int AS claims, (SELECT count(*) FROM effect)::int AS effects',
  );
  const { claims, effects } = rows[0] ?? {};
  if (claims !== count || effects !== count)
    throw new Error(`${count} facts left ${claims} claims, ${effects} effects`);
}
