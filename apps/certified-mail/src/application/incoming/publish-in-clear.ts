import { arrivedInClear } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import type { CertifiedArrival } from '@recapito/rfc6109';
import { publish } from '../../persistence/message.store.ts';
import type { KnownMessage } from '../../persistence/message.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import { legalEvent } from '../certify.ts';

/**
 * Traces that what a provider has signed came over the network without TLS.
 * @rule TLS-CLEAR-TRACED
 */
export async function publishInClear(
  tx: Tx,
  { certification, messageId, provider }: CertifiedArrival,
  message: KnownMessage,
  at: Instant,
): Promise<void> {
  const event = legalEvent(message, { name: provider.providerName }, messageId);
  await publish(tx, arrivedInClear, message, at, { ...event, tipo: certification.tipo });
}
