import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { CertificationData, CertificationKind } from '@recapito/rfc6109';
import type { RecipientCommand } from './recipient.ts';

/** What a receipt does to the recipients that it speaks of; the kinds that are left out change nothing. */
export const receiptCommands: Readonly<Partial<Record<CertificationKind, RecipientCommand>>> = {
  'presa-in-carico': 'take-in-charge',
  'avvenuta-consegna': 'deliver',
  'errore-consegna': 'fail',
  'rilevazione-virus': 'fail',
};

/** A domain that came to a provider of ours from another one. */
export interface TakeOver {
  readonly domain: string;
  /** From when on it is ours. */
  readonly at: Instant;
  /** The name in the index of the provider that managed it before. */
  readonly from: string;
}

/** So long receipts are on their way that a box awaits though it has sent nothing from here. */
const awaitedMs = 48 * 3_600_000;

/**
 * When a box last sent, as far as its receipts are concerned: for 48 hours after its domain came here it may have sent from
 * the provider before.
 * @rule RECEIPT-TAKE-OVER
 */
export function sentForReceipts(
  lastSentAt: Instant | null,
  takeOver: TakeOver | undefined,
  at: Instant,
): Instant | null {
  const mayHaveSent = takeOver !== undefined && takeOver.at <= at && at < takeOver.at + awaitedMs;
  return mayHaveSent ? at : lastSentAt;
}

/** The answer to a receipt from a provider that does not answer for those of whom it speaks. */
export function notOwed(): Refusal<'receipt/not-owed'> {
  return refuse('receipt/not-owed', 'RECEIPT-OWED', {
    it: 'La ricevuta non proviene dal gestore che risponde del destinatario.',
    en: 'The receipt does not come from the provider that answers for the recipient.',
  });
}

/** The answer to a receipt about a message under an id of ours that nobody here has accepted. */
export function aboutUnknownMessage(): Refusal<'receipt/of-no-message'> {
  return refuse('receipt/of-no-message', 'RECEIPT-OF-OURS', {
    it: 'La ricevuta non riguarda un messaggio accettato da questo gestore.',
    en: 'The receipt is about no message that this provider has accepted.',
  });
}

/** The answer to a receipt whose data are not those of the message that it speaks of. */
export function differsFromMessage(): Refusal<'receipt/other-data'> {
  return refuse('receipt/other-data', 'INCOMING-SAME-DATA', {
    it: 'I dati di certificazione della ricevuta non sono quelli del messaggio a cui si riferisce.',
    en: 'The certification data of the receipt are not those of the message that it speaks of.',
  });
}

/** The answer to a receipt that is brought to another box than the one it is for. */
export function notForThisBox(): Refusal<'receipt/not-for-this-box'> {
  return refuse('receipt/not-for-this-box', 'RECEIPT-ADDRESSEE', {
    it: 'La ricevuta non è destinata a questa casella.',
    en: 'The receipt is not for this mailbox.',
  });
}

/** Why a correct receipt does not fit what is known here, and what it says. */
export interface Doubt {
  readonly tipo: CertificationKind;
  /** The provider that signed it: its name in the index. */
  readonly firmatario: string;
  /** The identificativo of the message that it speaks of. */
  readonly messaggio: string;
  /** The recipients that it speaks of. */
  readonly riguarda: string[];
  /** The code of a refusal. */
  readonly motivo: string;
}

export function doubtAbout(receipt: CertificationData, firmatario: string, motivo: string): Doubt {
  const { tipo, identificativo: messaggio, consegna, ricezione } = receipt;
  return { tipo, firmatario, messaggio, riguarda: consegna === null ? [...ricezione] : [consegna], motivo };
}

/** Why a receipt certifies nothing, as far as what is known here says. */
export type DoubtedReceipt = Refusal<'receipt/not-owed' | 'receipt/of-no-message' | 'receipt/other-data'>;

const doubts: ReadonlySet<string> = new Set<DoubtedReceipt['refused']>([
  'receipt/not-owed',
  'receipt/of-no-message',
  'receipt/other-data',
]);

/** Whether a receipt was turned away because it certifies nothing: it goes on as an anomaly, and is a finding. */
export function isDoubted({ refused }: Refusal): boolean {
  return doubts.has(refused);
}
