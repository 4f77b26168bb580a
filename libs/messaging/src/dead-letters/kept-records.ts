import { createHash } from 'node:crypto';
import { deadLettered, isDeadLetterTopic, redriven } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import type { RawRecord } from '../records/codec.ts';
import type { KeptRecord } from './dead-letter.ts';
import type { FailureClass } from './failures.ts';
import { PermanentFailure } from './failures.ts';
import { append } from '../outbox/outbox.ts';
import type { SqlTransaction } from '../sql.ts';

/** Why a record is kept. */
export interface Cause {
  readonly failureClass: FailureClass;
  /** For the operator. */
  readonly words: string;
  /** For the world: never a word that may come from the message's content. */
  readonly publicWords: string;
}

/** The cause that an error gives. */
export function causeOf(error: unknown, failureClass: FailureClass): Cause {
  const name = error instanceof Error ? error.name : typeof error;
  const message = error instanceof Error ? error.message : String(error);
  const words = `${name}: ${message}`.replaceAll('\0', '').slice(0, 2_000);
  return { failureClass, words, publicWords: error instanceof PermanentFailure ? words : name };
}

/** Longer keys are kept by their hash: an index holds some 2,700 bytes, and no key of ours has more than 300. */
const longestKey = 1_000;

/**
 * A record's key as text that the database takes. Keys that are no plain text are told apart by their bytes, long ones by
 * their SHA-256.
 */
export function keyText(key: Buffer | null): string | null {
  if (key === null) return null;
  if (key.length > longestKey) return `sha256:${createHash('sha256').update(key).digest('hex')}`;
  const text = key.toString('utf8');
  const plain = !/\0|^(base64|sha256):/.test(text) && Buffer.from(text, 'utf8').equals(key);
  return plain ? text : `base64:${key.toString('base64')}`;
}

/** The bytes of `keyText`; of a long key the text itself, which is enough to find its record at the broker. */
export function keyBytes(text: string | null): Buffer | null {
  if (text === null) return null;
  return text.startsWith('base64:') ? Buffer.from(text.slice(7), 'base64') : Buffer.from(text, 'utf8');
}

/** Makes all who would decide what becomes of a key's records wait for this transaction. */
export async function lockKey(tx: SqlTransaction, consumer: string, topic: TopicName, key: string): Promise<void> {
  await tx.$queryRawUnsafe(
    'SELECT pg_advisory_xact_lock(hashtextextended($1::text, 1)) IS NULL AS locked',
    `${consumer} ${topic} ${key}`,
  );
}

/** Whether a record of the key is kept and open. */
export async function hasOpen(tx: SqlTransaction, consumer: string, topic: TopicName, key: string): Promise<boolean> {
  const [row] = await tx.$queryRawUnsafe<{ open: boolean }[]>(
    `SELECT EXISTS (SELECT FROM dead_letter
       WHERE consumer = $1::text AND topic = $2::text AND key = $3::text AND closed_at IS NULL) AS open`,
    consumer,
    topic,
    key,
  );
  return row?.open ?? false;
}

/**
 * Keeps a record: failed when there is a cause, else waiting behind its key.
 * @returns the row's id, or undefined when the record is kept already.
 */
export async function keep(
  tx: SqlTransaction,
  consumer: string,
  record: RawRecord,
  eventId: string | null,
  cause: Cause | null,
): Promise<string | undefined> {
  const [row] = await tx.$queryRawUnsafe<{ id: string }[]>(
    `INSERT INTO dead_letter (consumer, topic, "partition", "offset", recorded_at, key, headers, value, event_id,
                              cause, failure_class)
     VALUES ($1::text, $2::text, $3::int, $4::bigint, $5::timestamptz, $6::text, $7::json, $8::bytea, $9::uuid,
             $10::text, $11::text)
     ON CONFLICT DO NOTHING RETURNING id::text`,
    consumer,
    record.topic,
    record.partition,
    record.offset,
    new Date(record.timestamp).toISOString(),
    keyText(record.key),
    JSON.stringify(record.headers.map(([name, value]) => [name, value.toString('base64')])),
    record.value,
    eventId,
    cause?.words ?? null,
    cause?.failureClass ?? null,
  );
  return row?.id;
}

/** Tells that a record was kept, or that it took effect after all, on the consumer's own topic if it has one. */
export async function tell(
  tx: SqlTransaction,
  happened: 'dead-lettered' | 'redriven',
  letter: { id: string; consumer: string; record: RawRecord; publicWords: string },
  now: Instant,
): Promise<void> {
  const topic = `${letter.consumer}.dead-letters.v1`;
  if (!isDeadLetterTopic(topic)) return;
  const { record } = letter;
  await append(tx, happened === 'dead-lettered' ? deadLettered(topic) : redriven(topic), {
    key: keyText(record.key) ?? letter.id,
    // Two things happen in the life of a dead letter.
    sequence: happened === 'dead-lettered' ? 1 : 2,
    time: now,
    data: {
      deadLetter: letter.id,
      topic: record.topic,
      partition: record.partition,
      offset: record.offset,
      cause: letter.publicWords,
    },
  });
}

interface KeptRow extends Omit<KeptRecord, 'record'> {
  readonly recordedAt: Date;
  readonly headers: [string, string][];
  readonly value: Uint8Array | null;
  readonly eventId: string | null;
  readonly old: boolean;
}

/** The oldest open record of a key (or the one row of a record without key), with its bytes. */
export async function oldestOpen(
  tx: SqlTransaction,
  of: { readonly consumer: string; readonly topic: TopicName; readonly key: string | null; readonly id: string },
): Promise<(KeptRecord & { readonly eventId: string | null; readonly old: boolean }) | undefined> {
  const [row] = await tx.$queryRawUnsafe<KeptRow[]>(
    `SELECT id::text, consumer, topic, "partition", "offset"::text AS "offset", key, headers, value, cause,
            event_id::text AS "eventId", failure_class AS "failureClass", tries, kept_at AS "keptAt",
            redrive_asked_at AS "redriveAskedAt", recorded_at AS "recordedAt",
            recorded_at < clock_timestamp() - interval '60 days' AS old
     FROM dead_letter
     WHERE consumer = $1::text AND topic = $2::text AND closed_at IS NULL
       AND ${of.key === null ? 'id = $3::uuid' : 'key = $3::text'}
     ORDER BY seq LIMIT 1 FOR UPDATE`,
    of.consumer,
    of.topic,
    of.key ?? of.id,
  );
  if (row === undefined) return undefined;
  const { recordedAt, headers, value, ...letter } = row;
  const record: RawRecord = {
    topic: row.topic,
    partition: row.partition,
    offset: row.offset,
    timestamp: recordedAt.getTime(),
    key: keyBytes(row.key),
    value: value === null ? null : Buffer.from(value),
    headers: headers.map(([name, bytes]) => [name, Buffer.from(bytes, 'base64')] as const),
  };
  return { ...letter, record };
}
