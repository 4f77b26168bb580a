import type { Probe } from '@recapito/messaging';
import type { EmissionKind } from '../domain/emission.ts';

/**
 * Instants between two steps of a message's way, named for crash specs: its bytes are here, they are in the spool, it has
 * been accepted; a message of ours is made, it is where it goes; the mail store has stored what came; what
 * came to an incoming point is committed and not answered.
 */
export type Step =
  | 'taken'
  | 'spooled'
  | 'accepted'
  | `sealed ${EmissionKind}`
  | `brought ${EmissionKind}`
  | 'stored'
  | 'received';

/** Announces the steps of a message's way to whoever probes them; the product has nobody probe them. */
export class Steps {
  constructor(readonly reached: Probe<Step> = () => undefined) {}
}
