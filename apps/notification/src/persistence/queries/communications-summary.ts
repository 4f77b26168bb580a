import type { Channel, CommunicationKind, CommunicationState } from '../../domain/communication.ts';
import { communicationStates } from '../../domain/communication.ts';
import type { Tx } from '../tx.ts';

/** How many communications of a kind stand in a state, by channel. */
export interface Tally {
  readonly kind: CommunicationKind;
  readonly channel: Channel;
  readonly state: CommunicationState;
  readonly count: number;
}

export interface Summary {
  /** Certified notices alone: handed over, arrived, come back or never handed over for good. */
  readonly notices: { readonly sent: number; readonly delivered: number; readonly failed: number };
  readonly tallies: readonly Tally[];
}

export async function communicationsSummary(tx: Tx): Promise<Summary> {
  const rows = await tx.$queryRaw<(Tally & { sent: number })[]>`
    SELECT kind, channel, state, count(*)::int AS count, count(submitted_at)::int AS sent
      FROM communication GROUP BY kind, channel, state ORDER BY kind, channel, state`;
  const certified = rows.filter(({ channel }) => channel === 'pec');
  const sum = (counted: typeof rows, what: 'count' | 'sent') => counted.reduce((total, row) => total + row[what], 0);
  const inState = (state: CommunicationState) => certified.filter((row) => row.state === state);
  return {
    notices: {
      sent: sum(certified, 'sent'),
      delivered: sum(inState('delivered'), 'count'),
      failed: sum(inState('failed'), 'count'),
    },
    tallies: rows.map(({ kind, channel, state, count }) => ({ kind, channel, state, count })),
  };
}

/** How many communications stand in each state. */
export async function countByState(tx: Tx): Promise<Record<CommunicationState, number>> {
  const groups = await tx.communication.groupBy({ by: ['state'], _count: true });
  const counted = new Map(groups.map(({ state, _count }) => [state, _count]));
  const counts = communicationStates.map((state) => [state, counted.get(state) ?? 0] as const);
  return Object.fromEntries(counts) as Record<CommunicationState, number>;
}
