import { isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { isOwedBy } from '@recapito/rfc6109';
import type { CertificationKind, CertifiedArrival, CertifiedMessage } from '@recapito/rfc6109';
import { follow, isFinal } from '../../domain/recipient.ts';
import type { RecipientCommand } from '../../domain/recipient.ts';
import { submissionTable } from '../../domain/submission.ts';
import { lockSubmission, setRecipientState, setSubmissionState } from '../../persistence/submission.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Provider } from '../../programme/providers.ts';
import type { MailParts } from '../mail-parts.ts';
import { publishNotDelivered } from '../delivery/publish-not-delivered.ts';

const commands: Readonly<Partial<Record<CertificationKind, RecipientCommand>>> = {
  'presa-in-carico': 'take-in-charge',
  'avvenuta-consegna': 'deliver',
  'errore-consegna': 'fail',
  'rilevazione-virus': 'fail',
};

/** A receipt that came for a provider of ours, about a message of one of its users. */
export interface ApplyReceipt {
  readonly arrival: CertifiedArrival;
  readonly message: CertifiedMessage;
  readonly provider: Provider;
  /** Certified. */
  readonly at: Instant;
}

/**
 * Has a receipt count for the message it speaks of: its recipients come further, and when the last has its outcome the
 * submission is concluded. Of a virus that another provider has detected the sender is told by the sender's own provider,
 * once for each recipient. // VIRUS-TOLD-SENDER
 * Refusals: `receipt/of-no-message`, `receipt/not-owed` (another provider than the recipient's, or nobody's recipient),
 * `recipient/other-outcome`.
 */
export async function applyReceipt(
  tx: Tx,
  { installation }: MailParts,
  { arrival: { certification, provider }, message, ...told }: ApplyReceipt,
): Promise<Refusal | null> {
  const { identificativo, consegna, ricezione } = certification;
  const command = commands[certification.tipo];
  const submission = await lockSubmission(tx, identificativo);
  if (command === undefined || submission === undefined) return ofNoMessage();
  if (!isOwedBy(certification, provider, installation.index)) return notOwed();
  const { recipients } = submission;
  const about = (consegna === null ? ricezione : [consegna]).map((address) => address.toLowerCase());
  if (!about.every((address) => recipients.some((recipient) => recipient.address === address))) return notOwed();
  const states = new Map(recipients.map(({ address, state }) => [address, state]));
  for (const recipient of recipients.filter(({ address }) => about.includes(address))) {
    const next = follow(recipient.state, command);
    if (isRefusal(next)) return next;
    if (next === recipient.state) continue;
    states.set(recipient.address, next);
    await setRecipientState(tx, identificativo, recipient, next, certification.at);
    if (certification.tipo !== 'rilevazione-virus') continue;
    const failure = { errore: 'virus', erroreEsteso: certification.erroreEsteso ?? '' } as const;
    const notDelivered = { message, recipient: recipient.address, failure, towards: null, ...told };
    await publishNotDelivered(tx, installation.node, notDelivered);
  }
  if ([...states.values()].every(isFinal)) {
    const next = submissionTable[submission.state].conclude;
    if (next !== null && next !== submission.state) await setSubmissionState(tx, identificativo, next);
  }
  return null;
}

/** The answer to a receipt about a message that nobody here has accepted. */
export function ofNoMessage(): Refusal<'receipt/of-no-message'> {
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
