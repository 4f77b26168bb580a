import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Tx } from '../tx.ts';

/** A holder whom a block keeps from confirming until the window has ended: somebody should call them. */
export interface BlockOverBound {
  readonly holder: string;
  readonly enrolment: string;
  readonly blockedFrom: Instant;
  readonly blockedUntil: Instant;
  readonly until: Instant;
}

/**
 * Blocks of a campaign's unconfirmed holders that are in force at its bound, of one source or of all unfamiliar ones, by
 * enrolment.
 * @rule ACCESS-LOCK-OVER-BOUND
 */
export async function blocksOverBound(
  tx: Tx,
  campaign: string,
  afterEnrolment: string | undefined,
  limit: number,
): Promise<BlockOverBound[]> {
  const rows = await tx.$queryRaw<BlockRow[]>`
    SELECT e.holder_id::text AS holder, e.id::text AS enrolment, b.blocked_from, b.blocked_until, e.until
    FROM enrolment e JOIN access_account a ON a.id = e.holder_id
    CROSS JOIN LATERAL (
      SELECT blocked_from, blocked_until FROM (
        SELECT a.blocked_from, a.blocked_until
        UNION ALL
        SELECT to_timestamp((block ->> 1)::float8 / 1000), to_timestamp((block ->> 2)::float8 / 1000)
        FROM jsonb_array_elements(a.blocks) AS block
      ) AS each
      WHERE blocked_from < e.until AND blocked_until >= e.until ORDER BY blocked_until DESC LIMIT 1
    ) AS b
    WHERE e.campaign = ${campaign} AND e.state NOT IN ('confirmed', 'voided')
      AND e.id > ${afterEnrolment ?? '00000000-0000-0000-0000-000000000000'}::uuid
    ORDER BY e.id LIMIT ${limit}`;
  return rows.map(({ blocked_from, blocked_until, until, ...row }) => ({
    ...row,
    blockedFrom: instant(blocked_from.getTime()),
    blockedUntil: instant(blocked_until.getTime()),
    until: instant(until.getTime()),
  }));
}

interface BlockRow {
  readonly holder: string;
  readonly enrolment: string;
  readonly blocked_from: Date;
  readonly blocked_until: Date;
  readonly until: Date;
}
