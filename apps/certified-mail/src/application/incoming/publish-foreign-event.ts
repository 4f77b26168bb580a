import {
  envelopeArrived,
  messageDelivered,
  messageNotDelivered,
  takenInCharge,
  virusDetected,
} from '@recapito/contracts';
import type { CertifiedArrival } from '@recapito/rfc6109';
import { arrivedBefore } from '../../persistence/forgotten-arrivals.store.ts';
import { publish } from '../../persistence/message.store.ts';
import type { KnownMessage } from '../../persistence/message.store.ts';
import type { Tx } from '../../persistence/tx.ts';
import type { Installation } from '../../programme/installation.ts';
import { legalEvent } from '../certify.ts';

/**
 * Publishes what another provider has certified, so that our trace of a message is whole though it was ours for one half of
 * its way. A provider of this installation publishes its own events.
 * @rule TRACE-OF-OTHERS
 */
export async function publishForeignEvent(
  tx: Tx,
  installation: Installation,
  { certification, provider, messageId }: CertifiedArrival,
  message: KnownMessage,
): Promise<void> {
  const gestore = provider.providerName;
  if (installation.providerNamed(gestore) !== undefined) return;
  const { tipo, at, ricezione, consegna, errore, erroreEsteso } = certification;
  const event = legalEvent(message, { name: gestore }, messageId);
  const { ricevuta: tipoRicevuta } = message;
  // After a restore an envelope that came before is no second one. @rule MAIL-REBUILDS
  if (tipo === 'posta-certificata' && !(await arrivedBefore(tx, message.key)))
    await publish(tx, envelopeArrived, message, at, { ...event, tipoRicevuta });
  if (tipo === 'presa-in-carico')
    await publish(tx, takenInCharge, message, at, { ...event, ricezione: [...ricezione] });
  if (consegna === null) return;
  if (tipo === 'avvenuta-consegna')
    await publish(tx, messageDelivered, message, at, { ...event, tipoRicevuta, consegna });
  if (tipo === 'rilevazione-virus')
    await publish(tx, virusDetected, message, at, { ...event, consegna, erroreEsteso: erroreEsteso ?? '' });
  if (tipo === 'errore-consegna' && errore !== 'nessuno')
    await publish(tx, messageNotDelivered, message, at, {
      ...event,
      consegna,
      errore,
      erroreEsteso: erroreEsteso ?? '',
    });
}
