import { takenInCharge } from '@recapito/contracts';
import type { CertifiedMessage } from '@recapito/rfc6109';
import type { ArrivalKeys } from '../../persistence/arrival-keys.ts';
import type { NewArrival } from '../../persistence/arrival.store.ts';
import { addEmissions } from '../../persistence/emission.store.ts';
import { takenInChargeBefore } from '../../persistence/forgotten.store.ts';
import { publish } from '../../persistence/message.store.ts';
import type { KnownMessage } from '../../persistence/message.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Installation } from '../../programme/installation.ts';
import type { Provider } from '../../programme/providers.ts';
import { legalEvent, newEmission, newId } from '../certify.ts';

/** What came for some boxes of a provider of ours. */
export interface Taking {
  readonly row: NewArrival;
  readonly message: KnownMessage;
  readonly keys: ArrivalKeys;
  readonly provider: Provider;
  readonly boxes: readonly string[];
}

/** One taking-in-charge receipt for all recipients of a transaction, to the service mailbox of the sender's provider. */
export async function takeInCharge(
  tx: Tx,
  installation: Installation,
  { row, message, provider, boxes }: Taking,
): Promise<void> {
  // After a restore an envelope that was taken in charge, and not delivered, is delivered once more. @rule MAIL-REBUILDS
  const before = await takenInChargeBefore(tx, message.key, boxes);
  const ricezione = boxes.filter((box) => !before.has(box));
  if (ricezione.length === 0) return;
  const messageId = await newId(tx, installation.node, provider, row.at);
  const forwardPath = [serviceMailboxOf(installation, message)];
  const presa = { messageId, forwardPath, about: ricezione, towards: row.signedBy };
  await addEmissions(tx, [newEmission(message, provider, row.at, { kind: 'presa-in-carico', ...presa })]);
  await publish(tx, takenInCharge, message, row.at, {
    ...legalEvent(message, provider, messageId),
    ricezione,
  });
}

/** Where the provider of a message's sender takes what providers say to each other. */
export function serviceMailboxOf({ index }: Installation, { mittente }: Pick<CertifiedMessage, 'mittente'>): string {
  const entry = index.providerOf(mittente);
  if (entry === undefined) throw new Error(`no provider answers for ${mittente}`);
  return entry.mailReceipt;
}
