import type { DeliveryFailure } from '@recapito/rfc6109';
import { statusOfIncoming } from './receiving.ts';
import type { IncomingRefusal } from './receiving.ts';

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

/** An enhanced status (RFC 3463) of a failure for good, at the beginning of an SMTP reply. */
const statusInReply = /^5\d\d[ -](5\.\d{1,3}\.\d{1,3})(?!\S)/;

/**
 * Rejected by another server, or by us, for this reason, which becomes one line. The status is that of the reply, where it
 * says one.
 * @rule PEER-WORDS
 */
export function refusedFor(reason: string): RejectedRecipient {
  const status = statusInReply.exec(reason)?.[1] ?? '5.7.1';
  return { errore: status === '5.1.1' ? 'no-dest' : 'altro', status, reason: lineOf(reason) };
}

/**
 * Rejected by an incoming point of ours: the notice has its words in Italian, and no code of ours.
 * @rule NOTICE-IN-WORDS
 */
export function rejectionOf({ refused, words }: IncomingRefusal): RejectedRecipient {
  return { errore: 'altro', status: statusOfIncoming(refused), reason: lineOf(words.it) };
}

function lineOf(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.slice(0, longestReason).toWellFormed();
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
