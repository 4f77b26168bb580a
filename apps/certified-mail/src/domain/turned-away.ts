import type { DeliveryFailure } from '@recapito/rfc6109';

/** Why a message of ours has not arrived for an address and never will. */
export interface TurnedAway {
  readonly errore: DeliveryFailure['errore'];
  /** Enhanced status code (RFC 3463). */
  readonly status: string;
  /** In the other side's words, or Italian. */
  readonly reason: string;
}

/** Turned away by whoever it was brought to, or by us, for this reason. */
export function refusedFor(reason: string): TurnedAway {
  return { errore: 'altro', status: '5.7.1', reason };
}

/** All of these addresses for one reason. */
export function allRefusedFor(addresses: readonly string[], reason: string): ReadonlyMap<string, TurnedAway> {
  return new Map(addresses.map((address) => [address, refusedFor(reason)]));
}
