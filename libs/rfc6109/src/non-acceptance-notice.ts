import type { CertifiedMessage } from './certification.ts';
import { closingLines, openingLine, quotedSubject, recipientLines } from './readable-text.ts';
import { certify, receiptMessage } from './system-message.ts';
import type { Emission, SystemMessage } from './system-message.ts';

/**
 * The non-acceptance notice for formal reasons (avviso di non accettazione, RFC 6109 section 3.1.2): the whole message
 * is refused, and `reason` (Italian) says why. The message is never attached.
 */
export function nonAcceptanceNotice(message: CertifiedMessage, emission: Emission, reason: string): SystemMessage {
  return receiptMessage({
    certification: certify(message, emission, 'non-accettazione', { errore: 'altro', erroreEsteso: reason }),
    emission,
    subjectPrefix: 'AVVISO DI NON ACCETTAZIONE: ',
    to: message.mittente,
    text: {
      title: "Errore nell'accettazione del messaggio",
      lines: [
        `${openingLine(emission.at)} nel messaggio`,
        `${quotedSubject(message)} proveniente da "${message.mittente}"`,
        'ed indirizzato a:',
        ...recipientLines(message),
        "è stato rilevato un problema che ne impedisce l'accettazione",
        `a causa di: ${reason}`,
        'Il messaggio non è stato accettato.',
        ...closingLines(message),
      ],
    },
  });
}
