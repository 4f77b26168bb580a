import { randomInt } from 'node:crypto';
import type { SqlTransaction } from '../sql.ts';

/** Where a state stands in the life of its aggregate: by the epoch of its database first, then by its number. */
export interface Standing {
  /** 0, or system time in milliseconds. */
  readonly epoch: number;
  /** The sequence, or the version where states are numbered by versions. */
  readonly number: number;
}

/**
 * Whether `one` replaces `other` in a projection: by epoch, then by number; equal states replace nothing.
 * @rule EPOCH-NEWEST
 */
export function isNewer(one: Standing, other: Standing): boolean {
  return one.epoch === other.epoch ? one.number > other.number : one.epoch > other.epoch;
}

/** Largest distance, in milliseconds, between the highest known value and the epoch that is chosen above it. */
const spreadMs = 60_000;

/**
 * An epoch above every value that is known, the clock among them. It is never the next number: two restores of one
 * backup must not choose the same.
 * @param known epochs that were seen anywhere, and the system clock in milliseconds.
 * @param distance how far above, from 1.
 * @rule EPOCH-ABOVE-ALL
 */
export function epochAbove(known: readonly number[], distance: number = randomInt(1, spreadMs)): number {
  const epoch = Math.max(0, ...known) + distance;
  if (!Number.isSafeInteger(epoch)) throw new RangeError(`${epoch} is no epoch`);
  return epoch;
}

/** Part of a statement: the epoch of this database. Who runs it holds up a raise until its transaction ends. */
export const epochSql = 'coalesce((SELECT epoch FROM epoch), 0)';

/**
 * The epoch of this database, 0 until it was first raised. A raise waits until the transaction that asked has ended.
 */
export async function currentEpoch(tx: SqlTransaction): Promise<number> {
  const [row] = await tx.$queryRawUnsafe<{ epoch: string }[]>(`SELECT ${epochSql}::text AS epoch`);
  return Number(row?.epoch ?? 0);
}

/**
 * Raises the epoch of this database. It waits until every open transaction that has appended a fact, or asked for the
 * epoch, has ended, and holds up new ones until its own transaction ends: no fact of the old epoch commits later.
 * The lock on the table does that without a write per append, as a lock on its row would need.
 * @param above every epoch that is known elsewhere: of the service's own topics, of its file; and the system clock in
 * milliseconds.
 * @returns the new epoch.
 * @throws when a transaction stays open for longer than five seconds; nothing has changed then.
 * @rule EPOCH-WAITS
 */
export async function raiseEpoch(tx: SqlTransaction, above: readonly number[]): Promise<number> {
  await tx.$executeRawUnsafe(`SET LOCAL lock_timeout = '5s'`);
  await tx.$executeRawUnsafe('LOCK TABLE epoch IN ACCESS EXCLUSIVE MODE');
  const raised = epochAbove([...above, await currentEpoch(tx)]);
  await tx.$executeRawUnsafe(
    `INSERT INTO epoch (epoch) VALUES ($1::bigint)
     ON CONFLICT (single) DO UPDATE SET epoch = excluded.epoch, went_back_at = NULL`,
    String(raised),
  );
  return raised;
}
