import type { Instant } from '@recapito/primitives';
import type { CertifiedMessage } from './certification.ts';
import { envelopeHeader } from './envelope-header.ts';
import { readHeader } from './header-fields.ts';
import { headerField } from './header-writing.ts';
import { closingLines, openingLine, quotedSubject } from './readable-text.ts';
import { certify, mixedContent, referenceField } from './system-message.ts';
import type { CertifyingProvider, SystemMessage } from './system-message.ts';

/**
 * The transport envelope (busta di trasporto, RFC 6109 section 3.1.5): the sender's message, whole, inside the
 * provider's. Its Message-ID is the identificativo, its date the instant of acceptance, its SMTP paths those of the
 * original. `original` already bears the certified id (see `withCertifiedId`).
 *
 * @throws RangeError when the original has no readable header, which the formal checks have excluded
 */
export function transportEnvelope(
  message: CertifiedMessage,
  emission: { provider: CertifyingProvider; at: Instant },
  original: Buffer,
): SystemMessage {
  const dated = { ...emission, messageId: message.identificativo };
  const certification = certify(message, dated, 'posta-certificata', { ricevuta: message.ricevuta });
  const text = {
    title: 'Messaggio di posta certificata',
    lines: [
      openingLine(emission.at),
      `il messaggio ${quotedSubject(message)}`,
      `è stato inviato da "${message.mittente}"`,
      'indirizzato a:',
      ...message.destinatari.map(({ indirizzo }) => indirizzo),
      'Il messaggio originale è incluso in allegato.',
      ...closingLines(message),
    ],
  };
  const header = readHeader(original);
  if (!header) throw new RangeError(`${message.identificativo} has no readable header`);
  return {
    certification,
    at: emission.at,
    messageId: message.identificativo,
    reversePath: message.mittente,
    forwardPath: message.destinatari.map(({ indirizzo }) => indirizzo),
    header: envelopeHeader(
      header,
      {
        subjectPrefix: 'POSTA CERTIFICATA: ',
        oggetto: message.oggetto,
        reference: referenceField(message.msgid),
        at: emission.at,
        messageId: message.identificativo,
        sender: message.mittente,
        marks: [headerField('X-Trasporto', 'posta-certificata'), headerField('X-TipoRicevuta', message.ricevuta)],
        provider: emission.provider,
      },
      'named',
    ),
    content: mixedContent(text, { certification, original }),
  };
}
