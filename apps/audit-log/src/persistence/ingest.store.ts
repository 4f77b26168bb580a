import type { SqlTransaction } from '@recapito/messaging';
import type { ReadingPosition } from '../domain/continuity.ts';
import type { Hash } from '../domain/merkle-tree.ts';

/**
 * Where the current generation of a partition stands. The partition is locked until the transaction ends: whoever
 * comes with another batch of it waits here.
 */
export async function lockPosition(tx: SqlTransaction, topic: string, partition: number): Promise<ReadingPosition> {
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
export async function readPosition(tx: SqlTransaction, topic: string, partition: number): Promise<ReadingPosition> {
  const [position] = await tx.$queryRawUnsafe<{ generation: number; next: string; fingerprint: Hash | null }[]>(
    `SELECT generation, next::text AS next, fingerprint FROM ingest_position
     WHERE topic = $1 AND "partition" = $2 ORDER BY generation DESC LIMIT 1`,
    topic,
    partition,
  );
  return position ? { ...position, next: Number(position.next) } : { generation: 1, next: 0, fingerprint: null };
}

/** The partition has been read up to `next`, exclusive; `fingerprint` is that of the record before it. */
export async function movePosition(
  tx: SqlTransaction,
  at: { readonly topic: string; readonly partition: number },
  position: ReadingPosition,
): Promise<void> {
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

/** Begins a partition anew: what was read under the generation before stays as it is. */
export async function beginGeneration(
  tx: SqlTransaction,
  at: { readonly topic: string; readonly partition: number },
  generation: number,
): Promise<void> {
  await tx.$executeRawUnsafe(
    'INSERT INTO ingest_position (topic, generation, "partition", next) VALUES ($1, $2, $3, 0)',
    at.topic,
    generation,
    at.partition,
  );
}

/** How many partitions were ever found to be others than those that had been read. */
export async function countGenerations(tx: SqlTransaction): Promise<number> {
  const [row] = await tx.$queryRawUnsafe<{ opened: number }[]>(
    'SELECT count(*)::int AS opened FROM ingest_position WHERE generation > 1',
  );
  return row?.opened ?? 0;
}

/** Which of these ids of a topic have been ingested. */
export async function knownIds(tx: SqlTransaction, topic: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    'SELECT id::text AS id FROM ingested_id WHERE topic = $1 AND id = ANY ($2::text[]::uuid[])',
    topic,
    ids,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Takes ids for ingested; gives back those that were not yet. Sorted, so that two transactions never wait in a ring. */
export async function rememberIds(tx: SqlTransaction, topic: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `INSERT INTO ingested_id (topic, id) SELECT $1, unnest($2::text[]::uuid[]) ON CONFLICT DO NOTHING
     RETURNING id::text AS id`,
    topic,
    [...ids].sort(),
  );
  return new Set(rows.map(({ id }) => id));
}
