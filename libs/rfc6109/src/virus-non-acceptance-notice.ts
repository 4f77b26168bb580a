import type { CertifiedMessage } from './certification.ts';
import { closingLines, openingLine, quotedSubject, recipientLines } from './readable-text.ts';
import { certify, receiptMessage } from './system-message.ts';
import type { Emission, SystemMessage } from './system-message.ts';
import { securityMark } from './virus-detection-notice.ts';

/**
 * The non-acceptance notice for a virus (avviso di non accettazione per virus, RFC 6109 section 3.1.3): to the sender,
 * for the whole message, which is never attached. `erroreEsteso` is that of `virusError`.
 */
export function virusNonAcceptanceNotice(
  message: CertifiedMessage,
  emission: Emission,
  erroreEsteso: string,
): SystemMessage {
  return receiptMessage({
    certification: certify(message, emission, 'non-accettazione', { errore: 'virus', erroreEsteso }),
    emission,
    subjectPrefix: 'AVVISO DI NON ACCETTAZIONE PER VIRUS: ',
    to: message.mittente,
    marks: [securityMark],
    text: {
      title: "Errore nell'accettazione del messaggio per presenza di virus",
      lines: [
        `${openingLine(emission.at)} nel messaggio`,
        `${quotedSubject(message)} proveniente da "${message.mittente}"`,
        'ed indirizzato a:',
        ...recipientLines(message),
        `è stato rilevato un problema di sicurezza: ${erroreEsteso}`,
        'Il messaggio non è stato accettato.',
        ...closingLines(message),
      ],
    },
  });
}
