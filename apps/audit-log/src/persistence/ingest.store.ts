import type { BreakCause, SqlTransaction } from '@recapito/messaging';
import { formatInstant, instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Hash } from '../domain/merkle-tree.ts';

/** How far one generation of a partition has been read. */
export interface ReadingPosition {
  /** From 1. An operator opens the next one when the partition no longer continues what was read. */
  readonly generation: number;
  /** Offset of the next record. */
  readonly next: number;
  /** Fingerprint of the record at `next` - 1; null before the first record of the generation. */
  readonly fingerprint: Hash | null;
}

/** Why a partition does not continue what was read of it. */
export type Break = BreakCause | 'unknown-record-below-position';

/** Where the current generation of a partition stands, and why it is stopped; `stopped` is null while it is read. */
export interface PartitionState extends ReadingPosition {
  readonly stopped: Break | null;
}

/** A partition of a topic. */
export interface Partition {
  readonly topic: string;
  readonly partition: number;
}

/**
 * Where the current generation of a partition stands. The partition is locked until the transaction ends: whoever
 * comes with another batch of it waits here.
 */
export async function lockPosition(tx: SqlTransaction, topic: string, partition: number): Promise<PartitionState> {
  const lock = 'SELECT 1 FROM ingest_position WHERE topic = $1 AND generation = 1 AND "partition" = $2 FOR UPDATE';
  const known = await tx.$queryRawUnsafe<unknown[]>(lock, topic, partition);
  if (known.length === 0) {
    await tx.$executeRawUnsafe(
      `INSERT INTO ingest_position (topic, generation, "partition", next) VALUES ($1, 1, $2, 0) ON CONFLICT DO NOTHING`,
      topic,
      partition,
    );
    await tx.$queryRawUnsafe(lock, topic, partition);
  }
  return readPosition(tx, topic, partition);
}

/** Where the current generation of a partition stands, as of now; at its beginning when nothing was ever read of it. */
export async function readPosition(tx: SqlTransaction, topic: string, partition: number): Promise<PartitionState> {
  const [position] = await tx.$queryRawUnsafe<(Omit<PartitionState, 'next'> & { next: string })[]>(
    `SELECT at.generation, at.next::text AS next, at.fingerprint, broken.cause AS stopped
     FROM ingest_position AS at LEFT JOIN partition_break AS broken
       ON broken.topic = at.topic AND broken."partition" = at."partition" AND broken.generation = at.generation
       AND broken.closed_at IS NULL
     WHERE at.topic = $1 AND at."partition" = $2 ORDER BY at.generation DESC LIMIT 1`,
    topic,
    partition,
  );
  return position
    ? { ...position, next: Number(position.next) }
    : { generation: 1, next: 0, fingerprint: null, stopped: null };
}

/** The next offset of the current generation by `topic/partition`, without the stopped ones. */
export async function readPositions(tx: SqlTransaction): Promise<Map<string, bigint>> {
  const rows = await tx.$queryRawUnsafe<{ topic: string; partition: number; next: string }[]>(
    `SELECT DISTINCT ON (at.topic, at."partition") at.topic, at."partition", at.next::text AS next
     FROM ingest_position AS at
     WHERE NOT EXISTS (SELECT FROM partition_break AS broken
       WHERE broken.topic = at.topic AND broken."partition" = at."partition" AND broken.closed_at IS NULL)
     ORDER BY at.topic, at."partition", at.generation DESC`,
  );
  return new Map(rows.map(({ topic, partition, next }) => [`${topic}/${partition}`, BigInt(next)]));
}

/** The partition has been read up to `next`, exclusive; `fingerprint` is that of the record before it. */
export async function movePosition(tx: SqlTransaction, at: Partition, position: ReadingPosition): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE ingest_position SET next = $4, fingerprint = $5
     WHERE topic = $1 AND "partition" = $2 AND generation = $3`,
    at.topic,
    at.partition,
    position.generation,
    position.next,
    position.fingerprint,
  );
}

/** Begins the next generation of a partition at an offset: what was read under the generation before stays as it is. */
export async function beginGeneration(
  tx: SqlTransaction,
  at: Partition,
  { generation, next }: { readonly generation: number; readonly next: number },
): Promise<void> {
  await tx.$executeRawUnsafe(
    'INSERT INTO ingest_position (topic, generation, "partition", next) VALUES ($1, $2, $3, $4)',
    at.topic,
    generation,
    at.partition,
    next,
  );
}

/** How many generations operators, or earlier releases by themselves, have opened. */
export async function countGenerations(tx: SqlTransaction): Promise<number> {
  const [row] = await tx.$queryRawUnsafe<{ opened: number }[]>(
    'SELECT count(*)::int AS opened FROM ingest_position WHERE generation > 1',
  );
  return row?.opened ?? 0;
}

/** Stops a generation of a partition. @returns false when it was stopped before. */
export async function saveBreak(
  tx: SqlTransaction,
  at: Partition,
  { generation, cause, foundAt }: { readonly generation: number; readonly cause: Break; readonly foundAt: Instant },
): Promise<boolean> {
  const kept = await tx.$executeRawUnsafe(
    `INSERT INTO partition_break (topic, "partition", generation, cause, found_at)
     VALUES ($1, $2, $3, $4, $5::text::timestamptz) ON CONFLICT DO NOTHING`,
    at.topic,
    at.partition,
    generation,
    cause,
    formatInstant(foundAt),
  );
  return kept === 1;
}

/** An operator has decided about a stopped generation. */
export async function closeBreak(
  tx: SqlTransaction,
  at: Partition,
  decision: { readonly generation: number; readonly by: string; readonly reason: string; readonly at: Instant },
): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE partition_break SET closed_by = $4, reason = $5, closed_at = $6::text::timestamptz
     WHERE topic = $1 AND "partition" = $2 AND generation = $3`,
    at.topic,
    at.partition,
    decision.generation,
    decision.by,
    decision.reason,
    formatInstant(decision.at),
  );
}

/** A partition of which nothing is read. */
export interface StoppedPartition extends Partition {
  readonly generation: number;
  readonly cause: Break;
  readonly foundAt: Instant;
  /** The offset to be read next when it stopped. */
  readonly next: number;
}

/** The partitions that wait for an operator's decision. */
export async function stoppedPartitions(tx: SqlTransaction): Promise<StoppedPartition[]> {
  const rows = await tx.$queryRawUnsafe<
    { topic: string; partition: number; generation: number; cause: Break; found: string; next: string }[]
  >(
    `SELECT broken.topic, broken."partition", broken.generation, broken.cause, at.next::text AS next,
            (extract(epoch FROM broken.found_at) * 1000)::bigint::text AS found
     FROM partition_break AS broken JOIN ingest_position AS at USING (topic, "partition", generation)
     WHERE broken.closed_at IS NULL ORDER BY broken.topic, broken."partition"`,
  );
  return rows.map(({ found, next, ...row }) => ({ ...row, next: Number(next), foundAt: instant(Number(found)) }));
}
