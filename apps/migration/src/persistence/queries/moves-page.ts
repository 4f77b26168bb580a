import type { Instant } from '@recapito/primitives';
import { switchTerm } from '../../domain/move.ts';
import { Prisma } from '../generated/client.ts';
import type { Tx } from '../transaction.ts';

/** A move as lists show it. Instants are UTC. */
export interface ListedMove {
  readonly id: string;
  readonly holder: string;
  readonly codiceFiscale: string;
  readonly from: string;
  readonly to: string | null;
  readonly state: string;
  readonly announcedAt: Date | null;
  readonly confirmedAt: Date | null;
  readonly completedAt: Date | null;
}

/** Which moves of a campaign a list is of; all of them when nothing is said. */
export interface MoveFilter {
  readonly campaign: string;
  readonly state?: string | undefined;
  readonly holder?: string | undefined;
  /** Confirmed, and not switched within twenty-four hours by `at`. */
  readonly late?: boolean | undefined;
  readonly at: Instant;
}

/** Moves of a campaign in the order of their codici fiscali, after the one named. */
export async function movesPage(tx: Tx, filter: MoveFilter, after: string, limit: number): Promise<ListedMove[]> {
  return tx.$queryRaw<ListedMove[]>(movesListed(filter, after, limit));
}

/** The statement of a list. Each filter has an index that gives its moves in that order. */
export function movesListed(filter: MoveFilter, after: string, limit: number): Prisma.Sql {
  const { campaign, state, holder, late, at } = filter;
  const conditions = [
    Prisma.sql`campaign = ${campaign} AND codice_fiscale > ${after}`,
    ...(state === undefined ? [] : [Prisma.sql`state = ${state}`]),
    ...(holder === undefined ? [] : [Prisma.sql`holder = ${holder}::uuid`]),
    ...(late === undefined ? [] : [lateBy(at, late)]),
  ];
  return Prisma.sql`
    SELECT id::text, holder::text, codice_fiscale AS "codiceFiscale", from_address AS "from", to_address AS "to", state,
           announced_at AS "announcedAt", confirmed_at AS "confirmedAt", completed_at AS "completedAt"
    FROM move WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY codice_fiscale LIMIT ${limit}`;
}

/** INPS-MOVE-24H: of those who have confirmed, whoever is not switched yet is late from the end of the term on. */
function lateBy(at: Instant, late: boolean): Prisma.Sql {
  const dueBefore = new Date(at - switchTerm);
  const isLate = Prisma.sql`(completed_at IS NOT NULL OR confirmed_at < ${dueBefore})`;
  // As the index says it.
  const watched = Prisma.sql`confirmed_at IS NOT NULL
    AND (completed_at IS NULL OR completed_at - confirmed_at > interval '24 hours')`;
  return late ? Prisma.sql`${watched} AND ${isLate}` : Prisma.sql`(${watched} AND ${isLate}) IS NOT TRUE`;
}
