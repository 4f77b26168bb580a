import { receiptUnplaced } from '@recapito/contracts';
import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { certifiedInstant } from '@recapito/rfc6109';
import { ordinaryDomain } from '../../domain/ordinary-mail.ts';
import { follow, isFinal } from '../../domain/recipient.ts';
import type { RejectedRecipient } from '../../domain/rejected-recipient.ts';
import { endEmission } from '../../persistence/emission.store.ts';
import type { DueEmission } from '../../persistence/emission.store.ts';
import { lockKnownMessage, publish } from '../../persistence/message.store.ts';
import { lockSubmission, setRecipientState, setSubmissionState } from '../../persistence/submission.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import { legalEvent } from '../certify.ts';
import type { Installation } from '../../programme/installation.ts';
import { recordHandedOver } from './record-handed-over.ts';
import { publishNotDelivered } from './publish-not-delivered.ts';

/** How an emission ended: where it was to go, but for those of its addresses for which it was turned away for good. */
export interface RecordCarriage {
  readonly emission: DueEmission;
  /** Why, by address; empty when all of it has arrived. */
  readonly rejected: ReadonlyMap<string, RejectedRecipient>;
  readonly at: Instant;
}

/**
 * Records that an emission has been carried. One that was turned away for good is told: a receipt without its box
 * counts all the same; an envelope that a provider refused is its recipients' final outcome.
 * @returns false when somebody else has ended it: then nothing was changed
 * @rule CARRIAGE-ONE-OUTCOME
 */
export async function recordCarriage(tx: Tx, installation: Installation, command: RecordCarriage): Promise<boolean> {
  const { emission, rejected } = command;
  if (!(await endEmission(tx, emission.id, rejected.size === 0 ? 'carry' : 'return'))) return false;
  if (ordinaryDomain(emission.towards) !== null) {
    const addresses = emission.forwardPath.filter((address) => !rejected.has(address));
    await recordHandedOver(tx, installation, { envelope: emission, addresses, at: command.at });
  }
  if (rejected.size === 0) return true;
  const at = certifiedInstant(command.at);
  if (emission.kind === 'posta-certificata') await failRecipients(tx, installation, emission, rejected, at);
  else {
    const { message, messageId, kind } = emission;
    const [[casella, away] = ['', undefined]] = rejected;
    const provider = installation.own(emission.provider);
    await publish(tx, receiptUnplaced, message, at, {
      ...legalEvent(message, provider, messageId),
      tipo: kind,
      casella,
      motivo: away?.reason ?? '',
    });
  }
  return true;
}

/** Notifies the sender, in the name of the sender's own provider, that nobody took the envelope for these recipients. */
async function failRecipients(
  tx: Tx,
  installation: Installation,
  envelope: DueEmission,
  rejected: ReadonlyMap<string, RejectedRecipient>,
  at: Instant,
): Promise<void> {
  const { message } = envelope;
  const { identificativo } = message;
  const provider = installation.own(envelope.provider);
  // Lock order, as when a receipt comes or a limit passes: the message, then its recipients.
  await lockKnownMessage(tx, message.key);
  const recipients = (await lockSubmission(tx, identificativo))?.recipients ?? [];
  const states = new Map(recipients.map(({ address, state }) => [address, state]));
  const reasons = new Map(Array.from(rejected, ([address, reason]) => [address.toLowerCase(), reason]));
  for (const each of recipients) {
    const { address: recipient } = each;
    const away = reasons.get(recipient);
    if (away === undefined) continue;
    const host = ordinaryDomain(envelope.towards) ?? envelope.towards ?? '';
    const erroreEsteso = `${away.status} - ${host} - ${away.reason}`;
    const next = follow(each.state, 'fail');
    if (isRefusal(next) || next === each.state) continue;
    states.set(recipient, next);
    await setRecipientState(tx, identificativo, each, next, at);
    const failure = { errore: away.errore, erroreEsteso };
    await publishNotDelivered(tx, installation.node, { message, provider, recipient, failure, towards: null, at });
  }
  if ([...states.values()].every(isFinal)) await setSubmissionState(tx, identificativo, 'concluded');
}
