import { isRefusal } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { CertifiedArrival } from '@recapito/rfc6109';
import { receiptCommands } from '../../domain/receipt-standing.ts';
import { follow, isFinal } from '../../domain/recipient.ts';
import { submissionTable } from '../../domain/submission.ts';
import type { KnownMessage } from '../../persistence/message.store.ts';
import { setRecipientState, setSubmissionState } from '../../persistence/submission.store.ts';
import type { Followed } from '../../persistence/submission.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Provider } from '../../programme/providers.ts';
import type { Installation } from '../../programme/installation.ts';
import { publishNotDelivered } from '../delivery/publish-not-delivered.ts';

/** A receipt that came for a provider of ours, about a message of one of its users. */
export interface ApplyReceipt {
  readonly arrival: CertifiedArrival;
  readonly message: KnownMessage;
  /** How the message stands; locked. */
  readonly submission: Followed;
  readonly provider: Provider;
  /** Certified. */
  readonly at: Instant;
}

/**
 * Has a receipt count for the message it speaks of: its recipients come further, and when the last has its outcome the
 * submission is concluded. A recipient whose outcome it contradicts stays as it is. A virus that another provider has
 * detected is reported to the sender by the sender's own provider, once for each recipient.
 * @returns the contradiction, when there is one: `recipient/other-outcome`.
 * @rule VIRUS-TOLD-SENDER
 */
export async function applyReceipt(
  tx: Tx,
  installation: Installation,
  { arrival: { certification }, message, submission, provider, at }: ApplyReceipt,
): Promise<Refusal | null> {
  const { consegna, ricezione, tipo } = certification;
  const command = receiptCommands[tipo];
  if (command === undefined) return null;
  const { recipients } = submission;
  const about = (consegna === null ? ricezione : [consegna]).map((address) => address.toLowerCase());
  const states = new Map(recipients.map(({ address, state }) => [address, state]));
  let contradiction: Refusal | null = null;
  for (const recipient of recipients.filter(({ address }) => about.includes(address))) {
    const next = follow(recipient.state, command);
    if (isRefusal(next)) contradiction = next;
    if (isRefusal(next) || next === recipient.state) continue;
    states.set(recipient.address, next);
    await setRecipientState(tx, message.key, recipient, next, certification.at);
    if (tipo !== 'rilevazione-virus') continue;
    const failure = { errore: 'virus', erroreEsteso: certification.erroreEsteso ?? '' } as const;
    const notDelivered = { message, provider, recipient: recipient.address, failure, towards: null, at };
    await publishNotDelivered(tx, installation.node, notDelivered);
  }
  if ([...states.values()].every(isFinal)) {
    const next = submissionTable[submission.state].conclude;
    if (next !== null && next !== submission.state) await setSubmissionState(tx, message.key, next);
  }
  return contradiction;
}
