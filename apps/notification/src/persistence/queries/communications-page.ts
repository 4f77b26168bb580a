import type { CommunicationState } from '../../domain/communication.ts';
import type { Communication } from '../generated/client.ts';
import type { Tx } from '../tx.ts';

/** Where a page of the list ends. */
export interface PageEnd {
  readonly askedAt: Date;
  readonly id: string;
}

/** Communications in the order in which they were asked for, those of one state when it is given. */
export async function communicationsPage(
  tx: Tx,
  state: CommunicationState | undefined,
  after: PageEnd | undefined,
  limit: number,
): Promise<Communication[]> {
  return tx.communication.findMany({
    where: {
      ...(state && { state }),
      ...(after && { OR: [{ askedAt: { gt: after.askedAt } }, { askedAt: after.askedAt, id: { gt: after.id } }] }),
    },
    orderBy: [{ askedAt: 'asc' }, { id: 'asc' }],
    take: limit,
  });
}
