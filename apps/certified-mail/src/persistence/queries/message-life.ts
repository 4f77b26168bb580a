import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Tx } from '../tx.ts';

/** To which outcome a message of ours has come at one recipient. */
export interface RecipientLife {
  readonly address: string;
  readonly provider: string;
  readonly state: string;
  readonly outcomeAt: Instant | null;
}

/** An envelope, receipt or notice that we made. */
export interface EmissionLife {
  readonly kind: string;
  readonly at: Instant;
  readonly messageId: string;
  readonly about: readonly string[];
  readonly towards: string | null;
  readonly state: string;
}

/** What came in from a provider about it. */
export interface ArrivalLife {
  readonly kind: string;
  readonly tipo: string;
  readonly at: Instant;
  readonly signedBy: string;
  readonly boxes: readonly string[];
}

/** Everything that happened here with a message, each list in its order. */
export interface MessageLife {
  readonly recipients: readonly RecipientLife[];
  readonly emissions: readonly EmissionLife[];
  readonly arrivals: readonly ArrivalLife[];
}

export async function messageLife(tx: Tx, key: string): Promise<MessageLife> {
  const of = { where: { identificativo: key } };
  const recipients = await tx.recipient.findMany({ ...of, orderBy: { address: 'asc' } });
  const emissions = await tx.emission.findMany({ ...of, orderBy: { id: 'asc' } });
  const arrivals = await tx.arrival.findMany({
    ...of,
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    include: { placements: { orderBy: { address: 'asc' } } },
  });
  return {
    recipients: recipients.map(({ address, provider, state, outcomeAt }) => ({
      address,
      provider,
      state,
      outcomeAt: outcomeAt === null ? null : instant(outcomeAt.getTime()),
    })),
    emissions: emissions.map(({ kind, at, messageId, about, towards, state }) => ({
      kind,
      at: instant(at.getTime()),
      messageId,
      about,
      towards,
      state,
    })),
    arrivals: arrivals.map(({ kind, tipo, at, signedBy, placements }) => ({
      kind,
      tipo,
      at: instant(at.getTime()),
      signedBy,
      boxes: placements.map(({ address }) => address),
    })),
  };
}
