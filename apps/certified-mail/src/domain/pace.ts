import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';

/** So many within so many minutes are what a box may send before it is held. */
export interface Pace {
  readonly most: number;
  readonly minutes: number;
}

/** How much, and to how many, the boxes of a provider send when nobody abuses them. Data of the provider. */
export interface PaceLimits {
  /** Messages, also those that were refused by a notice. */
  readonly messages: Pace;
  /** Addresses, each once however often it is written to. */
  readonly recipients: Pace;
}

/** Which limit was passed. */
export interface Excess extends Pace {
  readonly kind: keyof PaceLimits;
}

/**
 * Is one more message too much for a box? Null when it is not.
 * @param so far: messages without the one at hand, addresses with those of the one at hand.
 * @rule ABUSE-PACE
 */
export function excessOf(
  { messages, recipients }: PaceLimits,
  sent: { readonly messages: number; readonly recipients: number },
): Excess | null {
  if (sent.messages >= messages.most) return { kind: 'messages', ...messages };
  if (sent.recipients > recipients.most) return { kind: 'recipients', ...recipients };
  return null;
}

/** The refusal while a box is held: the same message may be sent again once it is released. */
export function sendingIsHeld(): Refusal<'sending/held'> {
  return refuse('sending/held', 'ABUSE-HELD', {
    it: 'Gli invii da questa casella sono sospesi per un’anomalia: il gestore la sta verificando e ha avvisato il titolare per altra via. Riprovare dopo lo sblocco.',
    en: 'Sending from this mailbox is held because of an anomaly: the provider is looking into it and has told the holder by another way. Try again once it is released.',
  });
}
