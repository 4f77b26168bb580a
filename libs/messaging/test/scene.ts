import { readFileSync } from 'node:fs';
import type { EventDefinition, TopicName } from '@recapito/contracts';
import { event } from '@recapito/contracts';
import { parseInstant } from '@recapito/primitives';
import { freshDatabase, namespace, produceBare, recordsOf as recordsAt, servers } from '@recapito/testing';
import type { BareRecord, FoundRecord } from '@recapito/testing';
import type { Admin } from 'kafkajs';
import { Pool } from 'pg';
import { z } from 'zod';
import type { MessagingLogger, RunTransaction, ServiceConnection } from '../src/index.ts';
import { append, pgTransactions, physicalTopic, sweep } from '../src/index.ts';
import { formerGroupOf } from '../src/broker/topics.ts';

/** The event of these specs: something was noted about a key. `mood` tells the handlers of the specs how to behave. */
export const noted: EventDefinition<{ text: string; mood: string }> = event(
  'migration.moves.v1',
  'spec-noted',
  z.object({ text: z.string(), mood: z.string() }),
);

export const topic: TopicName = noted.topic;

/** An instant by the suite clock. */
export const noon = parseInstant('2010-08-02T12:00:00Z');

const schemaSql = `${readFileSync(new URL('../prisma/messaging.sql', import.meta.url), 'utf8')}
  CREATE TABLE subject (key text PRIMARY KEY, sequence bigint NOT NULL);
  CREATE TABLE effect (nth bigserial PRIMARY KEY, event_id uuid NOT NULL, key text NOT NULL, sequence bigint NOT NULL,
                       text text NOT NULL);`;

/** A database with the tables of messaging, the writer's `subject` and the reader's `effect`. */
export interface SpecDatabase {
  readonly url: string;
  readonly pool: Pool;
  readonly transaction: RunTransaction;
  drop(): Promise<void>;
}

export async function specDatabase(service: string): Promise<SpecDatabase> {
  const database = await freshDatabase({ app: service, schemaSql });
  const pool = openPool(database.url);
  return {
    url: database.url,
    pool,
    transaction: pgTransactions(pool),
    async drop() {
      await pool.end();
      await database.drop();
    },
  };
}

/** A pool that survives the loss of idle connections, as specs that terminate them need. */
export function openPool(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: 16 });
  pool.on('error', () => undefined);
  return pool;
}

/** Says nothing, unless RECAPITO_SPEC_LOG is set. */
export const quiet: MessagingLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields, words) => tell('warn', fields, words),
  error: (fields, words) => tell('error', fields, words),
};

function tell(level: string, fields: object, words: string): void {
  if (process.env['RECAPITO_SPEC_LOG'])
    process.stderr.write(`${new Date().toISOString().slice(14)} ${level} ${words} ${JSON.stringify(fields)}\n`);
}

/** How a service of these specs reaches the shared broker, in a namespace of its own. */
export function connectionFor(service: string, prefix: string = namespace()): ServiceConnection {
  return { service, brokers: servers().kafkaBrokers, namespace: prefix, fetchWaitMs: 100, logger: quiet };
}

/** The writer's change: raises the subject's sequence under its lock and tells it, in one transaction. */
export async function note(transaction: RunTransaction, key: string, text: string, mood = 'good'): Promise<string> {
  return transaction(async (tx) => {
    const [row] = await tx.$queryRawUnsafe<{ sequence: string }[]>(
      `INSERT INTO subject (key, sequence) VALUES ($1::text, 1)
       ON CONFLICT (key) DO UPDATE SET sequence = subject.sequence + 1 RETURNING sequence::text`,
      key,
    );
    return append(tx, noted, { key, sequence: Number(row?.sequence), time: noon, data: { text, mood } });
  });
}

/** What took effect, in order. */
export async function effects(pool: Pool): Promise<{ key: string; sequence: number; text: string }[]> {
  const { rows } = await pool.query<{ key: string; sequence: string; text: string }>(
    'SELECT key, sequence, text FROM effect ORDER BY nth',
  );
  return rows.map(({ key, sequence, text }) => ({ key, sequence: Number(sequence), text }));
}

/** The texts that took effect for a key, in order. */
export async function textsOf(pool: Pool, key: string): Promise<string[]> {
  return (await effects(pool)).filter((effect) => effect.key === key).map(({ text }) => text);
}

/** Puts records on a topic as they are. */
export async function produceRaw(
  connection: ServiceConnection,
  records: readonly BareRecord[],
  into: TopicName = topic,
): Promise<void> {
  await produceBare(connection, into, records);
}

/** All records of a topic as they lie at the broker, in order per partition. */
export async function recordsOf(connection: ServiceConnection, from: TopicName = topic): Promise<FoundRecord[]> {
  return recordsAt(connection, from);
}

/** Leaves the reader's positions as an earlier release did, which had a group for each topic and no rows. */
export async function keepOffsetsAsBefore(
  pool: Pool,
  admin: Admin,
  { namespace, service }: ServiceConnection,
): Promise<void> {
  const { rows: partitions } = await pool.query<{ partition: number; offset: string }>(
    'DELETE FROM reading_position RETURNING "partition", next::text AS "offset"',
  );
  const groupId = formerGroupOf(namespace, service, topic);
  await admin.setOffsets({ groupId, topic: physicalTopic(namespace, topic), partitions });
}

/** A record as it can be produced again. */
export function bareRecord({ key, value, headers, timestamp }: FoundRecord) {
  const text = Object.entries(headers ?? {}).map(([name, bytes]) => [name, String(bytes)] as const);
  return { key, value, timestamp, headers: Object.fromEntries(text) };
}

/** Leaves the claims as the daily sweep does when every one of them is old. */
export async function sweepClaims({ pool, transaction }: SpecDatabase): Promise<void> {
  await pool.query(`UPDATE inbox SET claimed_at = now() - interval '121 days'`);
  await sweep(transaction);
  await pool.query('UPDATE inbox_sweep SET before = clock_timestamp()');
}
