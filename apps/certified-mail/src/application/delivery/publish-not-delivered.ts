import { messageNotDelivered } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import type { DeliveryFailure } from '@recapito/rfc6109';
import { addEmissions } from '../../persistence/emission.store.ts';
import { publish } from '../../persistence/message.store.ts';
import type { KnownMessage } from '../../persistence/message.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Provider } from '../../programme/providers.ts';
import { legalEvent, newEmission, newId } from '../certify.ts';

/** A recipient whom a message will never reach, and who says so. */
export interface NotDelivered {
  readonly message: KnownMessage;
  /** The provider of ours that makes the notice: the recipient's, or the sender's own. */
  readonly provider: Provider;
  readonly recipient: string;
  readonly failure: { readonly errore: DeliveryFailure['errore'] | 'virus'; readonly erroreEsteso: string };
  /** The provider that is to bring the notice to its user; null when the sender is the provider's own. */
  readonly towards: string | null;
  /** Certified. */
  readonly at: Instant;
}

/** Publishes that a message cannot reach a recipient, and makes the notice to its sender: the recipient's final outcome. */
export async function publishNotDelivered(tx: Tx, node: string, notDelivered: NotDelivered): Promise<void> {
  const { message, provider, recipient, failure, towards, at } = notDelivered;
  const messageId = await newId(tx, node, provider, at);
  const notice = { messageId, forwardPath: [message.mittente], about: [recipient], towards, ...failure };
  await addEmissions(tx, [newEmission(message, provider, at, { kind: 'errore-consegna', ...notice })]);
  await publish(tx, messageNotDelivered, message, at, {
    ...legalEvent(message, provider, messageId),
    ...failure,
    consegna: recipient,
  });
}
