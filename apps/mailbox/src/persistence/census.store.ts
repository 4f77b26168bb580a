import { digestText, stateDigest } from '@recapito/messaging';
import type { CountedRecord } from './holder.store.ts';
import type { Tx } from './tx.ts';

/** How many holders and boxes the directory holds, and the digest of its records: see `directoryCensus` in contracts. */
export interface DirectoryCount {
  readonly holders: number;
  readonly boxes: number;
  readonly digest: string;
}

/**
 * Waits until everybody who changes boxes is done, and holds up those who come until the end of the transaction: what
 * was appended of the directory before is committed, and nothing is appended meanwhile.
 * @throws when a change takes longer than five seconds; nothing has changed then.
 */
export async function lockOutWriters(tx: Tx): Promise<void> {
  await tx.$executeRaw`SET LOCAL lock_timeout = '5s'`;
  await tx.$executeRaw`LOCK TABLE holder IN SHARE MODE`;
}

/**
 * Adds up what the directory says of the holders of whom it says anything: a million in half a second.
 * @returns also how many rows a process of an earlier release has left behind: the count holds when there are none.
 */
export async function countDirectory(tx: Tx): Promise<{ readonly count: DirectoryCount; readonly leftBehind: number }> {
  const [sums] = await tx.$queryRaw<(DirectoryCount & { leftBehind: number })[]>`
    SELECT count(*)::int AS holders, coalesce(sum(directory_boxes), 0)::int AS boxes,
           coalesce(sum(directory_digest), 0)::text AS digest,
           (count(*) FILTER (WHERE counted_sequence <> directory_sequence))::int AS "leftBehind"
    FROM holder WHERE directory_sequence > 0`;
  if (sums === undefined) throw new Error('a count gave no row');
  const { holders, boxes, digest, leftBehind } = sums;
  return { count: { holders, boxes, digest: digestText(BigInt(digest) % (1n << 256n)) }, leftBehind };
}

/**
 * Counts anew the rows behind a holder that a process of an earlier release has written, or that are older than the counts.
 * @returns the last of them; undefined when there are no more.
 */
export async function recountHolders(tx: Tx, after: string | undefined, limit: number): Promise<string | undefined> {
  const rows = await tx.$queryRaw<(CountedRecord & { holder: string })[]>`
    SELECT id::text AS holder, directory_epoch::float8 AS epoch, directory_sequence AS number,
           (SELECT count(*)::int FROM mailbox WHERE holder_id = holder.id) AS boxes
    FROM holder
    WHERE id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid AND counted_sequence <> directory_sequence
    ORDER BY id LIMIT ${limit} FOR UPDATE`;
  if (rows.length === 0) return undefined;
  await tx.$executeRaw`
    UPDATE holder SET directory_boxes = counted.boxes, directory_digest = counted.digest,
                      counted_sequence = directory_sequence
    FROM unnest(${rows.map(({ holder }) => holder)}::uuid[], ${rows.map(({ boxes }) => boxes)}::int[],
                ${rows.map((row) => String(stateDigest(row.holder, row)))}::numeric[]) AS counted (id, boxes, digest)
    WHERE holder.id = counted.id`;
  return rows.at(-1)?.holder;
}

/** Keeps a count under the next number of this database. */
export async function saveCensus(tx: Tx, { holders, boxes, digest }: DirectoryCount): Promise<number> {
  const [row] = await tx.$queryRaw<{ number: number }[]>`
    INSERT INTO directory_census (epoch, holders, boxes, digest)
    VALUES (coalesce((SELECT epoch FROM epoch), 0), ${holders}, ${boxes}, ${digest}) RETURNING number`;
  if (row === undefined) throw new Error('an insert gave no row back');
  return row.number;
}
