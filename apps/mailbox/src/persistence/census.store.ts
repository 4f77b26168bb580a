import { digestText } from '@recapito/messaging';
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
export async function shutOutWriters(tx: Tx): Promise<void> {
  await tx.$executeRaw`SET LOCAL lock_timeout = '5s'`;
  await tx.$executeRaw`LOCK TABLE holder IN SHARE MODE`;
}

/** Sums of the eight parts of 32 bits of which a SHA-256 consists, the highest first, in decimal digits. */
interface Sums {
  readonly holders: number;
  readonly boxes: number;
  readonly parts: readonly string[];
}

/** Counts what the directory says of the holders of whom it says anything. */
export async function countDirectory(tx: Tx): Promise<DirectoryCount> {
  const [sums] = await tx.$queryRaw<Sums[]>`
    SELECT count(*)::int AS holders, coalesce(sum(boxes), 0)::int AS boxes,
           ARRAY[sum(('x' || substr(hex, 1, 8))::bit(32)::bigint), sum(('x' || substr(hex, 9, 8))::bit(32)::bigint),
                 sum(('x' || substr(hex, 17, 8))::bit(32)::bigint), sum(('x' || substr(hex, 25, 8))::bit(32)::bigint),
                 sum(('x' || substr(hex, 33, 8))::bit(32)::bigint), sum(('x' || substr(hex, 41, 8))::bit(32)::bigint),
                 sum(('x' || substr(hex, 49, 8))::bit(32)::bigint), sum(('x' || substr(hex, 57, 8))::bit(32)::bigint)
           ]::text[] AS parts
    FROM (SELECT encode(sha256(convert_to(concat_ws(' ', id, directory_epoch, directory_sequence), 'UTF8')), 'hex') AS hex,
                 coalesce(owned.boxes, 0) AS boxes
          FROM holder LEFT JOIN (SELECT holder_id, count(*) AS boxes FROM mailbox GROUP BY holder_id) AS owned
                      ON owned.holder_id = holder.id
          WHERE directory_sequence > 0) AS listed`;
  if (sums === undefined) throw new Error('a count gave no row');
  return { holders: sums.holders, boxes: sums.boxes, digest: digestText(sumOf(sums.parts)) };
}

/** Keeps a count under the next number of this database. */
export async function keepCensus(tx: Tx, { holders, boxes, digest }: DirectoryCount): Promise<number> {
  const [row] = await tx.$queryRaw<{ number: number }[]>`
    INSERT INTO directory_census (epoch, holders, boxes, digest)
    VALUES (coalesce((SELECT epoch FROM epoch), 0), ${holders}, ${boxes}, ${digest}) RETURNING number`;
  if (row === undefined) throw new Error('an insert gave no row back');
  return row.number;
}

function sumOf(parts: readonly (string | null)[]): bigint {
  return parts.reduce((sum, part) => (sum << 32n) + BigInt(part ?? 0), 0n) % (1n << 256n);
}
