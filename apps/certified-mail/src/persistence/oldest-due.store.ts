import { formatInstant, instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Tx } from './tx.ts';

/** The kinds of rows that become due. */
export const dueKinds = ['emission', 'placement', 'arrival', 'deadline'] as const;
export type DueKind = (typeof dueKinds)[number];

/**
 * Since when the oldest row of each kind has been due, by the suite clock; null where none is. Emissions and placements
 * count from the instant of their message, without what waits for a host of ordinary mail; an arrival until its file may be erased, a deadline from its own instant.
 */
export async function oldestDue(tx: Tx, at: Instant): Promise<Readonly<Record<DueKind, Instant | null>>> {
  const [row] = await tx.$queryRawUnsafe<Record<DueKind, Date | null>[]>(
    `SELECT (SELECT min(at) FROM emission WHERE state = 'due' AND (towards IS NULL OR towards NOT LIKE '@%')) AS emission,
       (SELECT min(at) FROM placement JOIN arrival ON arrival.id = arrival_id WHERE state = 'due') AS placement,
       (SELECT min(at) FROM arrival WHERE erased_at IS NULL
          AND NOT EXISTS (SELECT FROM emission WHERE arrival_id = arrival.id AND state = 'held')) AS arrival,
       (SELECT min(deadline_at) FROM recipient WHERE deadline_at <= $1::timestamptz) AS deadline`,
    formatInstant(at),
  );
  const since = (kind: DueKind) => (row?.[kind] ? instant(row[kind].getTime()) : null);
  return {
    emission: since('emission'),
    placement: since('placement'),
    arrival: since('arrival'),
    deadline: since('deadline'),
  };
}

/** How many rows of each kind are due. */
export async function countDue(tx: Tx, at: Instant): Promise<Readonly<Record<DueKind, number>>> {
  const [row] = await tx.$queryRawUnsafe<Record<DueKind, number>[]>(
    `SELECT (SELECT count(*)::int FROM emission WHERE state = 'due' AND (towards IS NULL OR towards NOT LIKE '@%')) AS emission,
       (SELECT count(*)::int FROM placement WHERE state = 'due') AS placement,
       (SELECT count(*)::int FROM arrival WHERE erased_at IS NULL
          AND NOT EXISTS (SELECT FROM emission WHERE arrival_id = arrival.id AND state = 'held')) AS arrival,
       (SELECT count(*)::int FROM recipient WHERE deadline_at <= $1::timestamptz) AS deadline`,
    formatInstant(at),
  );
  return row ?? { emission: 0, placement: 0, arrival: 0, deadline: 0 };
}

/** Since when the oldest message to each other provider has been waiting, by the suite clock. */
export async function waitingByProvider(
  tx: Tx,
  own: readonly string[],
): Promise<readonly { readonly towards: string; readonly since: Instant }[]> {
  const rows = await tx.$queryRawUnsafe<{ towards: string; since: Date }[]>(
    `SELECT towards, min(at) AS since FROM emission
     WHERE state = 'due' AND towards IS NOT NULL AND towards NOT LIKE '@%' AND towards <> ALL($1::text[]) AND failed_at IS NOT NULL GROUP BY towards`,
    own,
  );
  return rows.map(({ towards, since }) => ({ towards, since: instant(since.getTime()) }));
}
