import { receiptOverdue } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import { certifiedInstant } from '@recapito/rfc6109';
import { allRejectedAs } from '../../domain/rejected-recipient.ts';
import { duePlacement } from '../../persistence/arrival.store.ts';
import { dueEmission } from '../../persistence/emission.store.ts';
import { publish } from '../../persistence/message.store.ts';
import { markOverdue } from '../../persistence/overdue.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import { legalEvent } from '../certify.ts';
import type { Installation } from '../../programme/installation.ts';
import { recordCarriage } from './record-carriage.ts';
import { recordPlacement } from './record-placement.ts';

/** A row that has waited too long, by its number. */
export interface Overdue {
  readonly id: bigint;
  readonly at: Instant;
}

/**
 * Publishes, once, that a receipt or notice has not left within twenty-four hours. It is tried further.
 * @returns false when that was published before
 */
export async function publishOverdue(tx: Tx, installation: Installation, { id, at }: Overdue): Promise<boolean> {
  if (!(await markOverdue(tx, id, at))) return false;
  const { message, messageId, kind: tipo, towards, forwardPath, at: since, provider } = await dueEmission(tx, id);
  const event = legalEvent(message, installation.own(provider), messageId);
  const overdue = { ...event, tipo, towards, caselle: [...forwardPath], since };
  await publish(tx, receiptOverdue, message, certifiedInstant(at), overdue);
  return true;
}

/**
 * Gives up a receipt or notice that has not left within five days; the fact `receipt-unplaced` says so.
 * @rule OVERDUE-ENDS
 */
export async function endExhaustedReceipt(tx: Tx, installation: Installation, { id, at }: Overdue): Promise<void> {
  const emission = await dueEmission(tx, id);
  const expired = { errore: 'altro', status: '5.4.7', reason: 'non recapitata entro cinque giorni' } as const;
  await recordCarriage(tx, installation, { emission, rejected: allRejectedAs(emission.forwardPath, expired), at });
}

/** Gives up a box into which a message could not be put within five days: of an envelope the sender gets the notice. */
export async function endExhaustedPlacement(tx: Tx, installation: Installation, { id, at }: Overdue): Promise<void> {
  const placement = await duePlacement(tx, id);
  const stored = { stored: false, code: '5.4.7', text: '' } as const;
  const form = placement.arrival.kind === 'envelope' ? 'sintetica' : null;
  await recordPlacement(tx, installation, { placement, stored, form, at });
}
