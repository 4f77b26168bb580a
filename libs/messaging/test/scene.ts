import { readFileSync } from 'node:fs';
import type { EventDefinition, TopicName } from '@recapito/contracts';
import { event } from '@recapito/contracts';
import { parseInstant } from '@recapito/primitives';
import { freshDatabase, namespace, servers } from '@recapito/testing';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { KafkaMessage } from 'kafkajs';
import { Pool } from 'pg';
import { z } from 'zod';
import type { MessagingLogger, RunTransaction, ServiceConnection } from '../src/index.ts';
import { append, pgTransactions, physicalTopic } from '../src/index.ts';

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
  return { service, brokers: servers().kafkaBrokers, namespace: prefix, logger: quiet };
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

/** A bare client, for what no service of ours would do. */
export function bareKafka(brokers: readonly string[] = servers().kafkaBrokers): Kafka {
  return new Kafka({ clientId: 'spec', brokers: [...brokers], logLevel: logLevel.NOTHING });
}

/** Puts records on a topic as they are. */
export async function produceRaw(
  connection: ServiceConnection,
  messages: {
    key: string | Buffer | null;
    value: string | Buffer | null;
    headers?: Record<string, string | Buffer>;
    timestamp?: string;
  }[],
  into: TopicName = topic,
): Promise<void> {
  const producer = bareKafka(connection.brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    await producer.send({ topic: physicalTopic(connection.namespace, into), messages });
  } finally {
    await producer.disconnect();
  }
}

/** All records of a topic as they lie at the broker, in order per partition. */
export async function recordsOf(
  connection: ServiceConnection,
  from: TopicName = topic,
): Promise<(KafkaMessage & { partition: number })[]> {
  const name = physicalTopic(connection.namespace, from);
  const kafka = bareKafka(connection.brokers);
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(name);
  await admin.disconnect();
  const expected = ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  const records: (KafkaMessage & { partition: number })[] = [];
  if (expected === 0) return records;
  const consumer = kafka.consumer({ groupId: `${name}.spec.${Math.random()}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topics: [name], fromBeginning: true });
  try {
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: async ({ partition, message }) => {
            records.push({ ...message, partition });
            if (records.length >= expected) resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return records;
}
