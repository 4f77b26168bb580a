import type { CertifiedError, CertifiedMessage } from './certification.ts';
import { closingLines, openingLine, quotedSubject } from './readable-text.ts';
import { certify, receiptMessage } from './system-message.ts';
import type { Emission, SystemMessage } from './system-message.ts';

/** Why a recipient could not be reached: the `errore` of the data and the short text that goes with it. */
export interface DeliveryFailure {
  readonly errore: Exclude<CertifiedError, 'nessuno' | 'virus'>;
  /** As `5.1.1 - Gestore Esempio S.p.A. - indirizzo non valido`. */
  readonly erroreEsteso: string;
}

/** The non-delivery notice (avviso di mancata consegna, RFC 6109 section 3.3.3): to the sender, for one recipient. */
export function nonDeliveryNotice(
  message: CertifiedMessage,
  emission: Emission,
  failed: DeliveryFailure & { recipient: string },
): SystemMessage {
  const { recipient, errore, erroreEsteso } = failed;
  return receiptMessage({
    certification: certify(message, emission, 'errore-consegna', { consegna: recipient, errore, erroreEsteso }),
    emission,
    subjectPrefix: 'AVVISO DI MANCATA CONSEGNA: ',
    to: message.mittente,
    text: {
      title: 'Avviso di mancata consegna',
      lines: [
        `${openingLine(emission.at)} nel messaggio`,
        `${quotedSubject(message)} proveniente da "${message.mittente}"`,
        `ed indirizzato a "${recipient}"`,
        `è stato rilevato un errore: ${erroreEsteso}`,
        'Il messaggio è stato rifiutato dal sistema.',
        ...closingLines(message),
      ],
    },
  });
}
