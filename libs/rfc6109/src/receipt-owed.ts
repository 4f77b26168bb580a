import type { CertificationData, CertificationKind } from './certification.ts';

/** Whether the provider that signed a receipt answers for the addresses that it speaks of, now or when the envelope left. */
export interface Answering {
  forRecipient(address: string): boolean;
  /** For `mittente`: it is, or was before its domain changed, the sender's own provider. */
  forSender(): boolean;
}

/** What only the sender's own provider says. */
const bySender: ReadonlySet<CertificationKind> = new Set([
  'accettazione',
  'non-accettazione',
  'preavviso-errore-consegna',
]);

/**
 * True when a receipt comes from the provider that owes it: the one that manages every recipient it speaks of, or for an
 * acceptance, a refusal or a notice of time limits the sender's own. That a message cannot be delivered both may say.
 * @rule RECEIPT-OWED
 */
export function isOwedBy({ tipo, consegna, ricezione }: CertificationData, signer: Answering): boolean {
  if (bySender.has(tipo)) return signer.forSender();
  const recipients = consegna === null ? ricezione : [consegna];
  const byRecipients = recipients.length > 0 && recipients.every((address) => signer.forRecipient(address));
  return byRecipients || (tipo === 'errore-consegna' && signer.forSender());
}
