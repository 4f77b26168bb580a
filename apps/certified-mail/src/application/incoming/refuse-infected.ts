import { virusDetected } from '@recapito/contracts';
import { virusError } from '@recapito/rfc6109';
import { addArrival } from '../../persistence/arrival.store.ts';
import { addEmissions } from '../../persistence/emission.store.ts';
import { publish } from '../../persistence/message.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import { legalEvent, newEmission, newId } from '../certify.ts';
import { quarantineMessage } from '../quarantine-message.ts';
import type { EarlyFile } from '../early-file.ts';
import type { Installation } from '../../programme/installation.ts';
import { serviceMailboxOf, takeInCharge } from './take-in-charge.ts';
import type { Taking } from './take-in-charge.ts';

/** An envelope in which a virus was found. */
export interface Infected extends Taking {
  /** What the scanner calls it. */
  readonly virus: string;
  /** In quarantine. */
  readonly file: EarlyFile;
}

/**
 * Answers for an infected envelope and delivers it to nobody: it is taken in charge, kept aside, and the sender's provider
 * is told once for each recipient of ours (RFC 6109 section 2.2.2); that provider notifies the sender.
 * @rule VIRUS-DETECTED
 */
export async function refuseInfected(tx: Tx, installation: Installation, infected: Infected): Promise<void> {
  const { row, keys, message, provider, boxes, virus, file } = infected;
  const { at, signedBy: towards, reversePath: sender } = row;
  await addArrival(
    tx,
    row,
    keys,
    boxes.map((address) => ({ address, state: 'returned' })),
  );
  const found = {
    identificativo: message.key,
    provider: provider.name,
    sender,
    recipients: boxes,
    virus,
    at,
  };
  await quarantineMessage(tx, { ...found, point: 'incoming' }, file);
  await takeInCharge(tx, installation, infected);
  const erroreEsteso = virusError(provider, virus);
  const forwardPath = [serviceMailboxOf(installation, message)];
  for (const consegna of boxes) {
    const messageId = await newId(tx, installation.node, provider, at);
    const notice = { messageId, forwardPath, about: [consegna], errore: 'virus', erroreEsteso, towards } as const;
    await addEmissions(tx, [newEmission(message, provider, at, { kind: 'rilevazione-virus', ...notice })]);
    await publish(tx, virusDetected, message, at, {
      ...legalEvent(message, provider, messageId),
      consegna,
      erroreEsteso,
    });
  }
}
