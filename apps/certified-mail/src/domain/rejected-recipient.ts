import type { DeliveryFailure } from '@recapito/rfc6109';

/** Why a message of ours has not arrived for an address and never will. */
export interface RejectedRecipient {
  readonly errore: DeliveryFailure['errore'];
  /** Enhanced status code (RFC 3463). */
  readonly status: string;
  /** In the other side's words, or Italian. */
  readonly reason: string;
}

/** Nobody reads more of another's reply. */
const longestReason = 500;

/** Turned away by whoever it was brought to, or by us, for this reason: what they said becomes one line. // PEER-WORDS */
export function refusedFor(reason: string): RejectedRecipient {
  const line = reason.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return { errore: 'altro', status: '5.7.1', reason: line.slice(0, longestReason).toWellFormed() };
}

/** All of these addresses for one reason. */
export function allRefusedFor(addresses: readonly string[], reason: string): ReadonlyMap<string, RejectedRecipient> {
  return new Map(addresses.map((address) => [address, refusedFor(reason)]));
}

/** All of these addresses as one rejection says it. */
export function allRejectedAs(
  addresses: readonly string[],
  rejection: RejectedRecipient,
): ReadonlyMap<string, RejectedRecipient> {
  return new Map(addresses.map((address) => [address, rejection]));
}

/** No host of an ordinary domain has taken the message in five days. */
export const noHostInTime: RejectedRecipient = {
  errore: 'altro',
  status: '5.4.7',
  reason: 'nessun server del dominio ha accettato il messaggio entro cinque giorni',
};

/** The sender's own provider no longer has the message. */
export const lostOriginal: RejectedRecipient = {
  errore: 'altro',
  status: '5.3.0',
  reason: 'il messaggio non è più disponibile presso il gestore',
};
