import { messageDelivered, receiptUnplaced } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import { certifiedInstant } from '@recapito/rfc6109';
import type { ReceiptForm } from '@recapito/rfc6109';
import { failureOfStore } from '../../domain/receiving.ts';
import type { Stored } from '../../dovecot/lmtp.ts';
import { endPlacement } from '../../persistence/arrival.store.ts';
import type { DuePlacement } from '../../persistence/arrival.store.ts';
import { addEmissions } from '../../persistence/emission.store.ts';
import { publish } from '../../persistence/message.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import { legalEvent, newEmission, newId } from '../certify.ts';
import type { Installation } from '../../programme/installation.ts';
import { publishNotDelivered } from './publish-not-delivered.ts';

/** The mail store has answered for one box. */
export interface RecordPlacement {
  readonly placement: DuePlacement;
  readonly stored: Stored;
  /** The form of the delivery receipt that this recipient's delivery is owed; null for what is no envelope. */
  readonly form: ReceiptForm | null;
  readonly at: Instant;
}

/**
 * Records that a message is in its box, or will never be, and for an envelope makes the one receipt or notice that says
 * so. A second answer for the same box changes nothing.
 * @rule DELIVERY-ONE-OUTCOME
 */
export async function recordPlacement(tx: Tx, installation: Installation, command: RecordPlacement): Promise<void> {
  const { placement, stored } = command;
  if (!(await endPlacement(tx, placement.id, stored.stored ? 'place' : 'return'))) return;
  const at = certifiedInstant(command.at);
  if (command.form === null) await recordReceipt(tx, installation, placement, stored, at);
  else if (stored.stored) await recordDelivery(tx, installation, placement, command.form, at);
  else {
    const { arrival: row, message, address: recipient } = placement;
    const provider = installation.own(row.provider);
    const failure = failureOfStore(stored.code, provider.name);
    const { signedBy: towards } = row;
    await publishNotDelivered(tx, installation.node, { message, provider, recipient, failure, towards, at });
  }
}

async function recordDelivery(
  tx: Tx,
  installation: Installation,
  { arrival: row, message, address }: DuePlacement,
  form: ReceiptForm,
  at: Instant,
): Promise<void> {
  const provider = installation.own(row.provider);
  const messageId = await newId(tx, installation.node, provider, at);
  const receipt = { messageId, forwardPath: [message.mittente], about: [address], towards: row.signedBy };
  const attached = { form, arrivalId: row.id };
  await addEmissions(tx, [newEmission(message, provider, at, { kind: 'avvenuta-consegna', ...receipt, ...attached })]);
  await publish(tx, messageDelivered, message, at, {
    ...legalEvent(message, provider, messageId),
    tipoRicevuta: message.ricevuta,
    consegna: address,
  });
}

async function recordReceipt(
  tx: Tx,
  installation: Installation,
  { arrival, message, address }: DuePlacement,
  stored: Stored,
  at: Instant,
): Promise<void> {
  if (stored.stored) return;
  await publish(tx, receiptUnplaced, message, at, {
    ...legalEvent(message, installation.own(arrival.provider), arrival.messageId),
    tipo: arrival.tipo,
    casella: address,
    motivo: stored.code,
  });
}
