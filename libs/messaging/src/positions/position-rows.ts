import type { TopicName } from '@recapito/contracts';
import { epochSql } from '../restore/epoch.ts';
import type { BreakCause, ReadingPosition } from './reading-position.ts';
import type { SqlTransaction } from '../sql.ts';

/** A partition as one consumer reads it. */
export interface ReadPartition {
  readonly consumer: string;
  readonly topic: TopicName;
  readonly partition: number;
}

/** A step of a position: from the value that was read to behind the record at `offset`. */
export interface PositionMove extends ReadPartition {
  readonly generation: number;
  readonly from: bigint;
  readonly offset: bigint;
  /** SHA-256 of the record at `offset`. */
  readonly fingerprint: Buffer;
}

/**
 * Another process has moved the position, or stopped the partition: the transaction must be rolled back.
 * @rule POSITION-FENCE
 */
export class PositionMoved extends Error {
  override readonly name = 'PositionMoved';
}

/** Every so many records a fingerprint is kept for good. */
export const markEvery = 1_000n;

/**
 * Part of a statement: `moved` has a row when the position still was what the process had read, and is moved now. Its
 * row stays locked until the transaction ends.
 * @rule POSITION-FENCE
 */
export const movedSql = `
  moved AS (
    UPDATE reading_position SET next = $6::bigint + 1, fingerprint = $7::bytea
    WHERE consumer = $1::text AND topic = $2::text AND "partition" = $3::int AND generation = $4::int
      AND next = $5::bigint AND stopped IS NULL
    RETURNING 1),
  marked AS (
    INSERT INTO position_mark (consumer, topic, "partition", "offset", fingerprint)
    SELECT $1::text, $2::text, $3::int, $6::bigint, $7::bytea FROM moved WHERE $6::bigint % ${markEvery} = 0
    ON CONFLICT DO NOTHING)`;

/** The values of `movedSql`: $1 to $7. */
export function moveValues(move: PositionMove): unknown[] {
  const { consumer, topic, partition, generation, from, offset, fingerprint } = move;
  return [consumer, topic, partition, generation, String(from), String(offset), fingerprint];
}

/** Moves a position in the transaction of the effect. @throws PositionMoved when it is not what the process had read. */
export async function movePosition(tx: SqlTransaction, move: PositionMove): Promise<void> {
  const [row] = await tx.$queryRawUnsafe<{ moved: boolean }[]>(
    `WITH ${movedSql} SELECT EXISTS (SELECT FROM moved) AS moved`,
    ...moveValues(move),
  );
  if (!row?.moved) throw new PositionMoved();
}

/** Counts a record that was passed over, after its position was moved in the same transaction. */
export async function countPassedOver(
  tx: SqlTransaction,
  { consumer, topic, partition }: ReadPartition,
): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE reading_position SET passed_over = passed_over + 1
     WHERE consumer = $1::text AND topic = $2::text AND "partition" = $3::int`,
    consumer,
    topic,
    partition,
  );
}

interface Row {
  generation: number;
  next: string;
  fingerprint: Uint8Array | null;
  passBefore: Date | null;
  stopped: BreakCause | null;
}

/** The position of a partition; undefined when nothing was ever read of it by a release that keeps positions. */
export async function readPosition(
  tx: SqlTransaction,
  { consumer, topic, partition }: ReadPartition,
  lock: '' | 'FOR UPDATE' = '',
): Promise<ReadingPosition | undefined> {
  const [row] = await tx.$queryRawUnsafe<Row[]>(
    `SELECT generation, next::text AS next, fingerprint, pass_before AS "passBefore", stopped FROM reading_position
     WHERE consumer = $1::text AND topic = $2::text AND "partition" = $3::int ${lock}`,
    consumer,
    topic,
    partition,
  );
  return row && { ...row, next: BigInt(row.next), passBefore: row.passBefore?.getTime() ?? null };
}

/** Where a partition without a position could begin. */
export interface FirstOffsets {
  readonly partition: number;
  /** Its first record. */
  readonly low: bigint;
  /** The group's offset at the broker; null when it has committed none. */
  readonly committed: bigint | null;
}

/**
 * The first positions of all partitions of a topic, where they have none. The offset of the group is believed once: by a
 * database that has read the topic in a release without positions. A database that was put back lacks positions that it
 * had, and the group is ahead of it: such a partition begins at its first record, and claims tell what had its effect.
 * Where no offset is believed, records that are older than the deleted claims are passed over.
 * @param firsts all partitions of the topic: whoever comes later finds no partition without a position.
 * @rule POSITION-FIRST
 */
export async function insertFirstPositions(
  tx: SqlTransaction,
  { consumer, topic }: Omit<ReadPartition, 'partition'>,
  firsts: readonly FirstOffsets[],
): Promise<void> {
  await tx.$executeRawUnsafe(
    `WITH upgraded AS (
       SELECT 1
       WHERE ${epochSql} = 0 AND NOT EXISTS (SELECT FROM reading_position WHERE consumer = $1::text AND topic = $2::text)
         AND (EXISTS (SELECT FROM inbox WHERE consumer = $1::text AND topic = $2::text)
              OR EXISTS (SELECT FROM inbox_sweep WHERE consumer = $1::text AND topic = $2::text))),
     each AS (
       SELECT "partition", low, CASE WHEN EXISTS (SELECT FROM upgraded) THEN committed END AS committed
       FROM unnest($3::int[], $4::bigint[], $5::bigint[]) AS asked ("partition", low, committed))
     INSERT INTO reading_position (consumer, topic, "partition", next, pass_before)
     SELECT $1::text, $2::text, "partition", coalesce(committed, low),
            (SELECT before FROM inbox_sweep WHERE committed IS NULL AND consumer = $1::text AND topic = $2::text)
     FROM each
     ON CONFLICT DO NOTHING`,
    consumer,
    topic,
    firsts.map(({ partition }) => partition),
    firsts.map(({ low }) => String(low)),
    firsts.map(({ committed }) => (committed === null ? null : String(committed))),
  );
}

/** The next offsets of a consumer's partitions, by `topic/partition`. */
export async function nextOffsets(tx: SqlTransaction, consumer: string): Promise<Map<string, bigint>> {
  const rows = await tx.$queryRawUnsafe<{ topic: string; partition: number; next: string }[]>(
    'SELECT topic, "partition", next::text AS next FROM reading_position WHERE consumer = $1::text',
    consumer,
  );
  return new Map(rows.map(({ topic, partition, next }) => [`${topic}/${partition}`, BigInt(next)]));
}
