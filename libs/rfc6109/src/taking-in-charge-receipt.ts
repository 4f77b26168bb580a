import type { CertifiedMessage } from './certification.ts';
import { closingLines, openingLine, quotedSubject } from './readable-text.ts';
import { certify, receiptMessage } from './system-message.ts';
import type { Emission, SystemMessage } from './system-message.ts';

/**
 * The taking-in-charge receipt (ricevuta di presa in carico, RFC 6109 section 3.2.1): one for all own recipients of an
 * envelope, to the service mailbox of the sender's provider, never to a user.
 */
export function takingInChargeReceipt(
  message: CertifiedMessage,
  emission: Emission,
  taken: { recipients: readonly string[]; serviceMailbox: string },
): SystemMessage {
  return receiptMessage({
    certification: certify(message, emission, 'presa-in-carico', { ricezione: taken.recipients }),
    emission,
    subjectPrefix: 'PRESA IN CARICO: ',
    to: taken.serviceMailbox,
    text: {
      title: 'Ricevuta di presa in carico',
      lines: [
        `${openingLine(emission.at)} il messaggio`,
        `${quotedSubject(message)} proveniente da "${message.mittente}"`,
        'ed indirizzato a:',
        ...taken.recipients,
        'è stato accettato dal sistema.',
        ...closingLines(message),
      ],
    },
  });
}
