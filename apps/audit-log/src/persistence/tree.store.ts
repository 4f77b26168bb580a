import type { SqlTransaction } from '@recapito/messaging';
import { formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Hash } from '../domain/merkle-tree.ts';
import { splitHashes, hashesAt, tileWidth } from '../domain/tiles.ts';
import type { FullTile, TreeEdge } from '../domain/tiles.ts';

/** A signed head of the tree. */
export interface SignedHead {
  readonly size: number;
  /** Which checkpoint it is, from 1. */
  readonly sequence: number;
  readonly root: Hash;
  readonly note: string;
}

/** Waits until nobody else lets the tree grow; it is ours until the transaction is over. */
export async function lockTree(tx: SqlTransaction): Promise<void> {
  await tx.$queryRawUnsafe(`SELECT pg_advisory_xact_lock(hashtext('audit-log.tree'))::text`);
}

/** The newest checkpoint; null before the first. */
export async function lastHead(tx: SqlTransaction): Promise<SignedHead | null> {
  const [row] = await tx.$queryRawUnsafe<{ size: string; sequence: string; root: Hash; note: string }[]>(
    `SELECT size::text AS size, sequence::text AS sequence, root, note FROM checkpoint ORDER BY checkpoint.size DESC LIMIT 1`,
  );
  return row === undefined ? null : { ...row, size: Number(row.size), sequence: Number(row.sequence) };
}

/** The note over exactly `size` entries; null when none was signed at that size. */
export async function noteAt(tx: SqlTransaction, size: number): Promise<string | null> {
  const [row] = await tx.$queryRawUnsafe<{ note: string }[]>(
    'SELECT note FROM checkpoint WHERE size = $1::bigint',
    size,
  );
  return row?.note ?? null;
}

/** The root that was signed at exactly `size` entries; null when none was signed at that size. */
export async function rootSignedAt(tx: SqlTransaction, size: number): Promise<Hash | null> {
  const [row] = await tx.$queryRawUnsafe<{ root: Hash }[]>('SELECT root FROM checkpoint WHERE size = $1::bigint', size);
  return row?.root ?? null;
}

/** Leaf hashes from `from` on, as they were sequenced; of at most `batches` transactions. */
export async function leavesFrom(tx: SqlTransaction, from: number, batches: number): Promise<Hash[]> {
  const rows = await tx.$queryRawUnsafe<{ first: string; leaves: Uint8Array }[]>(
    `SELECT first_index::text AS first, leaves FROM sequenced_batch
     WHERE first_index >= (SELECT max(first_index) FROM sequenced_batch WHERE first_index <= $1::bigint)
     ORDER BY first_index LIMIT $2::int`,
    from,
    batches,
  );
  const leaves = rows.flatMap((row) => splitHashes(row.leaves));
  return leaves.slice(from - Number(rows[0]?.first ?? from));
}

/** The right edge that the tree had at `size`, which must have been reached. */
export async function edgeAt(tx: SqlTransaction, size: number): Promise<TreeEdge> {
  const levels: Hash[][] = [];
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const until = hashesAt(level, size);
    const from = until - (until % tileWidth);
    levels.push(level === 0 ? await leavesBetween(tx, from, until) : await rootsBetween(tx, level - 1, from, until));
  }
  return { size, levels };
}

async function leavesBetween(tx: SqlTransaction, from: number, until: number): Promise<Hash[]> {
  // A batch has at least one leaf, so this many batches reach the end.
  return from === until ? [] : (await leavesFrom(tx, from, until - from)).slice(0, until - from);
}

async function rootsBetween(tx: SqlTransaction, level: number, from: number, until: number): Promise<Hash[]> {
  const rows = await tx.$queryRawUnsafe<{ root: Hash }[]>(
    'SELECT root FROM tile WHERE level = $1::int AND index >= $2::bigint AND index < $3::bigint ORDER BY index',
    level,
    from,
    until,
  );
  return rows.map(({ root }) => root);
}

/** Full tiles of a level, `[from, until)`, in order. */
export async function tilesBetween(
  tx: SqlTransaction,
  { level, from, until }: { readonly level: number; readonly from: number; readonly until: number },
): Promise<{ index: number; hashes: Uint8Array }[]> {
  const rows = await tx.$queryRawUnsafe<{ index: string; hashes: Uint8Array }[]>(
    `SELECT index::text AS index, hashes FROM tile
     WHERE level = $1::int AND index >= $2::bigint AND index < $3::bigint ORDER BY tile.index`,
    level,
    from,
    until,
  );
  return rows.map(({ index, hashes }) => ({ index: Number(index), hashes }));
}

/** Keeps tiles that became full. They are never written again. */
export async function saveTiles(tx: SqlTransaction, tiles: readonly FullTile[]): Promise<void> {
  for (const { level, index, root, hashes } of tiles)
    await tx.$executeRawUnsafe(
      'INSERT INTO tile (level, index, root, hashes) VALUES ($1::int, $2::bigint, $3::bytea, $4::bytea)',
      level,
      index,
      root,
      hashes,
    );
}

/** Keeps a checkpoint, signed at an instant of the suite clock. */
export async function saveHead(tx: SqlTransaction, head: SignedHead, at: Instant): Promise<void> {
  await tx.$executeRawUnsafe(
    `INSERT INTO checkpoint (size, sequence, root, note, signed_at)
     VALUES ($1::bigint, $2::bigint, $3::bytea, $4::text, $5::text::timestamptz)`,
    head.size,
    head.sequence,
    head.root,
    head.note,
    formatInstant(at),
  );
}

/** Entries that no checkpoint covers yet, and for how long the oldest of them has waited (system clock). */
export async function unsigned(tx: SqlTransaction): Promise<{ entries: number; ageMs: number }> {
  const [row] = await tx.$queryRawUnsafe<{ entries: number; age: number | null }[]>(
    `SELECT coalesce(sum(size), 0)::int AS entries,
            (extract(epoch FROM clock_timestamp() - min(sequenced_at)) * 1000)::float8 AS age
     FROM sequenced_batch WHERE first_index >= (SELECT coalesce(max(size), 0) FROM checkpoint)`,
  );
  return { entries: row?.entries ?? 0, ageMs: Math.max(0, Math.round(row?.age ?? 0)) };
}
