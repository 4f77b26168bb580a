import { isRefusal, refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { isOwedBy } from '@recapito/rfc6109';
import type { CertificationKind, CertifiedArrival } from '@recapito/rfc6109';
import { follow, isFinal } from '../domain/recipient.ts';
import type { RecipientCommand } from '../domain/recipient.ts';
import { submissionTable } from '../domain/submission.ts';
import {
  lockRecipients,
  lockSubmission,
  setRecipientState,
  setSubmissionState,
} from '../persistence/submission.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { MailParts } from './mail-parts.ts';

const commands: Readonly<Partial<Record<CertificationKind, RecipientCommand>>> = {
  'presa-in-carico': 'take-in-charge',
  'avvenuta-consegna': 'deliver',
  'errore-consegna': 'fail',
};

/**
 * Has a receipt count for the message it speaks of: its recipients come further, and when the last has its outcome the
 * submission is concluded.
 * Refusals: `receipt/of-no-message`, `receipt/not-owed` (another provider than the recipient's, or nobody's recipient),
 * `recipient/other-outcome`.
 */
export async function applyReceipt(
  tx: Tx,
  { installation }: MailParts,
  { certification, provider }: CertifiedArrival,
): Promise<Refusal | null> {
  const { identificativo, consegna, ricezione } = certification;
  const command = commands[certification.tipo];
  const submission = await lockSubmission(tx, identificativo);
  if (command === undefined || submission === undefined || submission === 'refused') return ofNoMessage();
  if (!isOwedBy(certification, provider, installation.index)) return notOwed();
  const recipients = await lockRecipients(tx, identificativo);
  const about = (consegna === null ? ricezione : [consegna]).map((address) => address.toLowerCase());
  if (!about.every((address) => recipients.some((recipient) => recipient.address === address))) return notOwed();
  const states = new Map(recipients.map(({ address, state }) => [address, state]));
  for (const recipient of recipients.filter(({ address }) => about.includes(address))) {
    const next = follow(recipient.state, command);
    if (isRefusal(next)) return next;
    if (next === recipient.state) continue;
    states.set(recipient.address, next);
    await setRecipientState(tx, identificativo, recipient, next, certification.at);
  }
  if ([...states.values()].every(isFinal)) {
    const next = submissionTable[submission].conclude;
    if (next !== null && next !== submission) await setSubmissionState(tx, identificativo, next);
  }
  return null;
}

function ofNoMessage(): Refusal<'receipt/of-no-message'> {
  return refuse('receipt/of-no-message', 'RECEIPT-OF-OURS', {
    it: 'La ricevuta non riguarda un messaggio accettato da questo gestore.',
    en: 'The receipt is about no message that this provider has accepted.',
  });
}

function notOwed(): Refusal<'receipt/not-owed'> {
  return refuse('receipt/not-owed', 'RECEIPT-OWED', {
    it: 'La ricevuta non proviene dal gestore che risponde del destinatario.',
    en: 'The receipt does not come from the provider that answers for the recipient.',
  });
}
