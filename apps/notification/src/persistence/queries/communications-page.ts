import type { CommunicationState } from '../../domain/communication.ts';
import type { Communication } from '../generated/client.ts';
import type { Tx } from '../tx.ts';

/** Where a page of the list ends. */
export interface PageEnd {
  readonly askedAt: Date;
  readonly id: string;
}

/** Which communications a list is of; all of them when nothing is said. */
export interface CommunicationFilter {
  readonly state?: CommunicationState | undefined;
  readonly holder?: string | undefined;
}

/** Communications in the order in which they were asked for, after the one named. */
export async function communicationsPage(
  tx: Tx,
  { state, holder }: CommunicationFilter,
  after: PageEnd | undefined,
  limit: number,
): Promise<Communication[]> {
  return tx.communication.findMany({
    where: {
      ...(state && { state }),
      ...(holder && { holder }),
      // The bound by itself lets an index begin there.
      ...(after && {
        askedAt: { gte: after.askedAt },
        OR: [{ askedAt: { gt: after.askedAt } }, { id: { gt: after.id } }],
      }),
    },
    orderBy: [{ askedAt: 'asc' }, { id: 'asc' }],
    take: limit,
  });
}
