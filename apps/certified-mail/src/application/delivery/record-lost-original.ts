import { originalLost, receiptUnplaced } from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import { certifiedInstant } from '@recapito/rfc6109';
import { failureOfLoss } from '../../domain/receiving.ts';
import { allRejectedAs, lostOriginal } from '../../domain/rejected-recipient.ts';
import { endPlacement } from '../../persistence/arrival.store.ts';
import type { DuePlacement } from '../../persistence/arrival.store.ts';
import { leaveOriginalOut } from '../../persistence/emission.store.ts';
import type { DueEmission } from '../../persistence/emission.store.ts';
import { publish } from '../../persistence/message.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import { legalEvent } from '../certify.ts';
import type { Installation } from '../../programme/installation.ts';
import { publishNotDelivered } from './publish-not-delivered.ts';
import { recordCarriage } from './record-carriage.ts';

/** Why an original cannot be used: its file is lost, or nothing can be made of it. */
export type OriginalLoss = DataOf<typeof originalLost>['loss'];

/** An emission that cannot be made, because the original that it carries is lost. */
export interface RecordLostOriginal {
  readonly emission: DueEmission;
  readonly loss: OriginalLoss;
  readonly at: Instant;
}

/**
 * Ends what waits for a lost original: an envelope becomes a notice of non-delivery to the sender; a delivery receipt is
 * still owed, and from now on goes out in the concise form, which needs no original.
 * @rule SPOOL-LOST-ENDS
 */
export async function recordLostOriginal(
  tx: Tx,
  installation: Installation,
  command: RecordLostOriginal,
): Promise<void> {
  const { emission, loss } = command;
  const at = certifiedInstant(command.at);
  const { message, messageId, kind: tipo } = emission;
  const { name } = installation.own(emission.provider);
  const isEnvelope = tipo === 'posta-certificata';
  const caselle = [...(isEnvelope ? emission.forwardPath : emission.about)];
  const ended = isEnvelope
    ? await recordCarriage(tx, installation, {
        emission: { ...emission, towards: name },
        rejected: allRejectedAs(emission.forwardPath, lostOriginal),
        at,
      })
    : await leaveOriginalOut(tx, emission.id);
  if (!ended) return;
  await publish(tx, originalLost, message, at, {
    ...legalEvent(message, { name }, messageId),
    tipo,
    loss,
    caselle,
    consequence: isEnvelope ? 'not-delivered' : 'concise-receipt',
  });
}

/** A placement that cannot be made, because what is to be put into the box is lost. */
export interface RecordLostArrival {
  readonly placement: DuePlacement;
  readonly loss: OriginalLoss;
  readonly at: Instant;
}

/**
 * Ends a placement whose message is lost: of an envelope the sender gets the notice of non-delivery.
 * @rule SPOOL-LOST-ENDS
 */
export async function recordLostArrival(tx: Tx, installation: Installation, command: RecordLostArrival): Promise<void> {
  const { placement, loss } = command;
  if (!(await endPlacement(tx, placement.id, 'return'))) return;
  const at = certifiedInstant(command.at);
  const { arrival, message, address } = placement;
  const provider = installation.own(arrival.provider);
  const { tipo, signedBy: towards } = arrival;
  const event = legalEvent(message, provider, arrival.messageId);
  const consequence = arrival.kind === 'envelope' ? 'not-delivered' : 'unplaced';
  await publish(tx, originalLost, message, at, { ...event, tipo, loss, caselle: [address], consequence });
  if (arrival.kind === 'envelope') {
    const failure = failureOfLoss(provider.name);
    await publishNotDelivered(tx, installation.node, {
      message,
      provider,
      recipient: address,
      failure,
      towards,
      at,
    });
  } else {
    const unplaced = { ...event, tipo, casella: address, motivo: 'original-lost' };
    await publish(tx, receiptUnplaced, message, at, unplaced);
  }
}
