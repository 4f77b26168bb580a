import { formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { overdueAfterMs, triedForMs } from '../domain/overdue.ts';
import type { Tx } from './tx.ts';

/** True of a receipt or notice that still waits; envelopes are ended by their time limits. */
const waitingReceipt = `state = 'due' AND kind <> 'posta-certificata'`;

/** Receipts and notices of which a try has failed more than twenty-four hours after they were made, not yet published. */
export async function overdueReceipts(tx: Tx, limit: number): Promise<bigint[]> {
  return idsOf(
    await tx.$queryRawUnsafe(
      `SELECT id FROM emission WHERE ${waitingReceipt} AND overdue_at IS NULL
         AND failed_at >= at + make_interval(secs => $1::float8 / 1000) ORDER BY id LIMIT $2::int`,
      overdueAfterMs,
      limit,
    ),
  );
}

/** Marks a receipt as published overdue. False when it already is, or no longer waits. */
export async function markOverdue(tx: Tx, id: bigint, at: Instant): Promise<boolean> {
  const marked = await tx.$executeRawUnsafe(
    `UPDATE emission SET overdue_at = $2::timestamptz WHERE id = $1::bigint AND ${waitingReceipt} AND overdue_at IS NULL`,
    id,
    formatInstant(at),
  );
  return marked === 1;
}

/** Receipts and notices of which a try has failed more than five days after they were made. */
export async function exhaustedReceipts(tx: Tx, limit: number): Promise<bigint[]> {
  return idsOf(
    await tx.$queryRawUnsafe(
      `SELECT id FROM emission WHERE ${waitingReceipt} AND failed_at >= at + make_interval(secs => $1::float8 / 1000)
       ORDER BY id LIMIT $2::int`,
      triedForMs,
      limit,
    ),
  );
}

/** Placements of which a try has failed more than five days after their message came in. */
export async function exhaustedPlacements(tx: Tx, limit: number): Promise<bigint[]> {
  return idsOf(
    await tx.$queryRawUnsafe(
      `SELECT placement.id FROM placement JOIN arrival ON arrival.id = arrival_id
       WHERE state = 'due' AND failed_at >= at + make_interval(secs => $1::float8 / 1000)
       ORDER BY placement.id LIMIT $2::int`,
      triedForMs,
      limit,
    ),
  );
}

function idsOf(rows: { id: bigint }[]): bigint[] {
  return rows.map(({ id }) => id);
}
