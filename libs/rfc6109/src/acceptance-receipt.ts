import type { CertifiedMessage } from './certification.ts';
import { closingLines, openingLine, quotedSubject, recipientLines, remarkLines } from './readable-text.ts';
import { certify, receiptMessage } from './system-message.ts';
import type { Emission, SystemMessage } from './system-message.ts';

/** The acceptance receipt (ricevuta di accettazione, RFC 6109 section 3.1.4): to the sender, with the kind of each recipient. */
export function acceptanceReceipt(message: CertifiedMessage, emission: Emission): SystemMessage {
  return receiptMessage({
    certification: certify(message, emission, 'accettazione'),
    emission,
    subjectPrefix: 'ACCETTAZIONE: ',
    to: message.mittente,
    text: {
      title: 'Ricevuta di accettazione',
      lines: [
        `${openingLine(emission.at)} il messaggio`,
        `${quotedSubject(message)} proveniente da "${message.mittente}"`,
        'ed indirizzato a:',
        ...recipientLines(message),
        'è stato accettato dal sistema ed inoltrato.',
        ...remarkLines(message),
        ...closingLines(message),
      ],
    },
  });
}
