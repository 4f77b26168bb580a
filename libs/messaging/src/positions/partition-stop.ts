import { isDeadLetterTopic, readingStopped, readingContinued } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { Beginning } from './log-search.ts';
import { append } from '../outbox/outbox.ts';
import type { ReadPartition } from './position-rows.ts';
import { readPosition } from './position-rows.ts';
import type { BreakCause, ReadingPosition } from './reading-position.ts';
import type { SqlTransaction } from '../sql.ts';

/** A partition that is not read until an operator decides. */
export interface StoppedPartition {
  readonly consumer: string;
  readonly topic: TopicName;
  readonly partition: number;
  readonly generation: number;
  /** Offset of the next record when it broke, decimal. */
  readonly next: string;
  readonly cause: BreakCause;
  /** System time. */
  readonly stoppedAt: Date;
}

/** The partitions that wait for an operator; none in ordinary times. */
export async function listStoppedPartitions(tx: SqlTransaction): Promise<StoppedPartition[]> {
  return tx.$queryRawUnsafe<StoppedPartition[]>(
    `SELECT consumer, topic, "partition", generation, next::text AS next, stopped AS cause, stopped_at AS "stoppedAt"
     FROM reading_position WHERE stopped IS NOT NULL ORDER BY consumer, topic, "partition"`,
  );
}

/** Records that were passed over in generations that operators opened: for metrics. */
export async function countPassedOverRecords(tx: SqlTransaction): Promise<number> {
  const [row] = await tx.$queryRawUnsafe<{ count: number }[]>(
    'SELECT coalesce(sum(passed_over), 0)::float8 AS count FROM reading_position',
  );
  return row?.count ?? 0;
}

/**
 * Stops the reading of a partition, when its position still is what the process had read, and publishes that it
 * stopped. Other partitions go on.
 * @rule POSITION-BREAK
 */
export async function stopPartition(
  tx: SqlTransaction,
  at: ReadPartition,
  { position, cause, now }: { readonly position: ReadingPosition; readonly cause: BreakCause; readonly now: Instant },
): Promise<boolean> {
  const stopped = await tx.$executeRawUnsafe(
    `UPDATE reading_position SET stopped = $6::text, stopped_at = clock_timestamp()
     WHERE consumer = $1::text AND topic = $2::text AND "partition" = $3::int AND generation = $4::int
       AND next = $5::bigint AND stopped IS NULL`,
    at.consumer,
    at.topic,
    at.partition,
    position.generation,
    String(position.next),
    cause,
  );
  if (stopped === 0) return false;
  const { generation, next } = position;
  const { topic, partition } = at;
  const own = ownTopic(at.consumer);
  if (own !== undefined)
    await append(tx, readingStopped(own), {
      key: `${topic}/${partition}`,
      sequence: 2 * generation - 1,
      time: now,
      data: { topic, partition, generation, next: String(next), cause },
    });
  return true;
}

/** An operator's decision to read on in a stopped partition. */
export interface ReadingToContinue extends ReadPartition {
  /** Generation that broke, as it was when the broker was asked. */
  readonly generation: number;
  readonly beginning: Beginning;
  /** The operator's name. */
  readonly by: string;
  readonly reason: string;
  /** By the suite clock. */
  readonly now: Instant;
}

/** The generation that begins, and where. */
export interface ContinuedReading {
  readonly topic: TopicName;
  readonly partition: number;
  readonly generation: number;
  /** Decimal. */
  readonly next: string;
}

/**
 * Begins a new generation of a stopped partition behind the last record that both logs share, or at the first record.
 * Records in it that have no claim and are older than the claims that were deleted are passed over and counted: they may
 * have had their effect. Refusal: `partition/not-stopped`.
 * @rule POSITION-CONTINUE
 */
export async function continueReading(
  tx: SqlTransaction,
  command: ReadingToContinue,
): Promise<ContinuedReading | Refusal<'partition/not-stopped'>> {
  const { consumer, topic, partition, beginning, by, reason, now } = command;
  const { next, shared } = beginning;
  const position = await readPosition(tx, command, 'FOR UPDATE');
  if (position === undefined || position.stopped === null || position.generation !== command.generation)
    return notStopped(topic, partition);
  const generation = position.generation + 1;
  await tx.$executeRawUnsafe(
    `UPDATE reading_position
     SET generation = $4::int, next = $5::bigint, fingerprint = $6::bytea, stopped = NULL, stopped_at = NULL, passed_over = 0,
         pass_before = (SELECT before FROM inbox_sweep WHERE consumer = $1::text AND topic = $2::text)
     WHERE consumer = $1::text AND topic = $2::text AND "partition" = $3::int`,
    consumer,
    topic,
    partition,
    generation,
    String(next),
    // What lies between them is gone: there is no record before the position to compare.
    shared?.offset === next - 1n ? shared.fingerprint : null,
  );
  await tx.$executeRawUnsafe(
    `DELETE FROM position_mark
     WHERE consumer = $1::text AND topic = $2::text AND "partition" = $3::int AND "offset" >= $4::bigint`,
    consumer,
    topic,
    partition,
    String(next),
  );
  // The epochs of the log begin anew with it.
  if (shared === undefined)
    await tx.$executeRawUnsafe(
      'DELETE FROM epoch_seen WHERE consumer = $1::text AND topic = $2::text AND "partition" = $3::int',
      consumer,
      topic,
      partition,
    );
  const own = ownTopic(consumer);
  if (own !== undefined)
    await append(tx, readingContinued(own), {
      key: `${topic}/${partition}`,
      sequence: 2 * position.generation,
      time: now,
      data: { topic, partition, generation, next: String(next), cause: position.stopped, continuedBy: by, reason },
    });
  return { topic, partition, generation, next: String(next) };
}

/** Refusal: the partition is read, or this service does not read it. */
export function notStopped(topic: string, partition: number): Refusal<'partition/not-stopped'> {
  return refuse(
    'partition/not-stopped',
    'POSITION-CONTINUE', // @rule POSITION-CONTINUE
    {
      it: 'La lettura di questa partizione non è ferma: non c’è nulla da decidere.',
      en: 'The reading of this partition is not stopped: there is nothing to decide.',
    },
    { topic, partition },
  );
}

function ownTopic(consumer: string) {
  const name = `${consumer}.dead-letters.v1`;
  return isDeadLetterTopic(name) ? name : undefined;
}
