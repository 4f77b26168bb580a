import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { escapeLiteral } from 'pg';
import type { Pool } from 'pg';
import type { Benchmark, Contest, Occasion } from './benchmark.ts';
import { fillTopic } from './broker.ts';
import { Ground } from './ground.ts';
import { noon, noted, notedRecord } from './noted.ts';
import { rateOf } from './rate.ts';
import { Stage } from './services.ts';

const records = { full: 60_000, small: 1_000 };

export const auditIngest: Benchmark = {
  name: 'audit-ingest',
  ours: 'records per second through audit-log: from a topic to durable, hashed, de-duplicated entries of a day',
  yardstick: 'COPY of the same entries, from a file into the same table with its indexes',
  unit: 'records/s',
  better: 'more',
  mark: 'ratio 0.25',
  reached: ({ ratio }) => ratio >= 0.25,
  runs: 5,
  prepare,
};

async function prepare(occasion: Occasion): Promise<Contest> {
  const { size, says } = occasion;
  const count = records[size];
  const ground = await Ground.open(occasion, ['postgres', 'kafka', 'redis']);
  const stage = await Stage.make(ground);
  await stage.setClock(noon);
  says(`${count} records are laid on the topic`);
  const { brokers } = ground;
  const record = (nth: number) => notedRecord(randomUUID(), nth);
  await fillTopic(brokers, stage.namespace, { topic: noted.topic, count, record });
  const file = join(await openFolder(ground), 'entries');
  return {
    ours: () => ingested(stage, count, occasion),
    yardstick: () => copied(ground, stage, count, file),
  };
}

/** A service with an empty database reads the topic from its beginning; its positions are its own. */
async function ingested(stage: Stage, count: number, { abort }: Occasion): Promise<number> {
  await stage.renewDatabase('audit-log');
  await stage.ground.settle();
  const pool = stage.administrator('audit-log');
  // Each run is a log of its own: the database is empty again, and the topic has the checkpoints of the runs before.
  const environment = { RECAPITO_TRACE_ORIGIN: `${randomUUID()}.example/trace` };
  const supervisor = await stage.start({ names: ['audit-log'], abort, environment });
  try {
    const rate = await rateOf(() => numberFrom(pool, position), { count, everyMs: 20, abort });
    await checkEntries(pool, count);
    return rate;
  } finally {
    await supervisor.stop();
    await pool.end();
  }
}

/** Records of the topic that are in committed entries. */
const position = `SELECT coalesce(sum(next), 0)::int AS number FROM ingest_position WHERE topic = '${noted.topic}'`;

/** Every record is an entry with an id that is remembered and a leaf that is in the tree. */
async function checkEntries(pool: Pool, count: number): Promise<void> {
  const entries = await numberFrom(pool, `SELECT count(*)::int AS number FROM entry WHERE topic = '${noted.topic}'`);
  const ids = await numberFrom(pool, `SELECT count(*)::int AS number FROM ingested_id WHERE topic = '${noted.topic}'`);
  const leaves = await numberFrom(pool, 'SELECT sum(octet_length(leaves) / 32)::int AS number FROM sequenced_batch');
  // The clock is read by nobody, and what audit-log says of itself may be among the leaves too.
  if (entries !== count || ids !== count || leaves < count)
    throw new Error(`${count} records left ${entries} entries, ${ids} ids and ${leaves} leaves`);
}

async function copied(ground: Ground, stage: Stage, count: number, file: string): Promise<number> {
  const pool = stage.administrator('audit-log');
  try {
    await pool.query(`COPY (SELECT * FROM entry WHERE topic = '${noted.topic}') TO ${escapeLiteral(file)}`);
    await pool.query('TRUNCATE entry');
    await ground.settle();
    const begin = performance.now();
    const { rowCount } = await pool.query(`COPY entry FROM ${escapeLiteral(file)}`);
    const seconds = (performance.now() - begin) / 1_000;
    if (rowCount !== count) throw new Error(`${rowCount} of ${count} entries were copied`);
    return count / seconds;
  } finally {
    await pool.end();
  }
}

async function numberFrom(pool: Pool, query: string): Promise<number> {
  const { rows } = await pool.query<{ number: number | null }>(query);
  return rows[0]?.number ?? 0;
}

/** A folder in which the server of the cluster may write, whoever it runs as. */
async function openFolder(ground: Ground): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'recapito-bench-'));
  await chmod(folder, 0o777);
  ground.atEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
