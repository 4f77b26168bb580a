import type { Tx } from '../transaction.ts';

/** A move as lists show it. Instants are UTC. */
export interface ListedMove {
  readonly codiceFiscale: string;
  readonly from: string;
  readonly to: string | null;
  readonly state: string;
  readonly confirmedAt: Date | null;
  readonly completedAt: Date | null;
}

/** Moves of a campaign in the order of their codici fiscali, after the one named. */
export async function movesPage(tx: Tx, campaign: string, after: string, limit: number): Promise<ListedMove[]> {
  const rows = await tx.move.findMany({
    where: { campaign, codiceFiscale: { gt: after } },
    orderBy: { codiceFiscale: 'asc' },
    take: limit,
  });
  return rows.map((row) => ({
    codiceFiscale: row.codiceFiscale,
    from: row.fromAddress,
    to: row.toAddress,
    state: row.state,
    confirmedAt: row.confirmedAt,
    completedAt: row.completedAt,
  }));
}
