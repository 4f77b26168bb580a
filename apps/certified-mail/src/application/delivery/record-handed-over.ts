import { messageHandedOver } from '@recapito/contracts';
import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { certifiedInstant } from '@recapito/rfc6109';
import { follow, isFinal } from '../../domain/recipient.ts';
import type { DueEmission } from '../../persistence/emission.store.ts';
import { lockKnownMessage, publish } from '../../persistence/message.store.ts';
import { lockSubmission, setRecipientState, setSubmissionState } from '../../persistence/submission.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import { legalEvent } from '../certify.ts';
import type { Installation } from '../../programme/installation.ts';

/** Ordinary addresses for which a host of their domain has taken an envelope. */
export interface RecordHandedOver {
  readonly envelope: DueEmission;
  /** As they stood in the dialog. */
  readonly addresses: readonly string[];
  readonly at: Instant;
}

/**
 * Records that a host has taken an envelope for ordinary recipients: nothing more is expected of them, and nobody is notified
 * that they have it.
 * @rule ORDINARY-OUTCOME
 */
export async function recordHandedOver(
  tx: Tx,
  installation: Installation,
  { envelope, addresses, at: now }: RecordHandedOver,
): Promise<void> {
  const { message } = envelope;
  const { identificativo } = message;
  const at = certifiedInstant(now);
  const taken = new Set(addresses.map((address) => address.toLowerCase()));
  await lockKnownMessage(tx, message.key);
  const recipients = (await lockSubmission(tx, identificativo))?.recipients ?? [];
  const states = new Map(recipients.map(({ address, state }) => [address, state]));
  for (const recipient of recipients.filter(({ address }) => taken.has(address))) {
    const next = follow(recipient.state, 'hand-over');
    if (isRefusal(next) || next === recipient.state) continue;
    states.set(recipient.address, next);
    await setRecipientState(tx, identificativo, recipient, next, at);
    await publish(tx, messageHandedOver, message, at, {
      ...legalEvent(message, installation.own(envelope.provider), identificativo),
      consegna: recipient.address,
    });
  }
  if ([...states.values()].every(isFinal)) await setSubmissionState(tx, identificativo, 'concluded');
}
