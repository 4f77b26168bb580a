import type { Instant } from '@recapito/primitives';
import type { CertifiedMessage } from './certification.ts';
import { fieldsNamed, readHeader } from './header-fields.ts';
import { headerField, textField } from './header-writing.ts';
import { dateHeader } from './legal-time.ts';
import { closingLines, openingLine, quotedSubject } from './readable-text.ts';
import { certify, mixedContent, providerAddress, referenceField } from './system-message.ts';
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
  return {
    certification,
    messageId: message.identificativo,
    reversePath: message.mittente,
    forwardPath: message.destinatari.map(({ indirizzo }) => indirizzo),
    header: envelopeHeader(message, emission, original),
    content: mixedContent(certification, text, original),
  };
}

function envelopeHeader(
  message: CertifiedMessage,
  emission: { provider: CertifyingProvider; at: Instant },
  original: Buffer,
): string {
  const header = readHeader(original);
  if (!header) throw new RangeError(`${message.identificativo} has no readable header`);
  const copied = (name: string) => fieldsNamed(header, name).map(({ raw }) => raw.toString('latin1'));
  const replyTo = copied('reply-to');
  return [
    ...copied('return-path'),
    ...copied('received'),
    textField('Subject', 'POSTA CERTIFICATA: ', message.oggetto ?? ''),
    referenceField(message.msgid),
    headerField('Date', dateHeader(emission.at)),
    headerField('Message-ID', `<${message.identificativo}>`),
    ...(replyTo.length > 0 ? replyTo : [headerField('Reply-To', message.mittente)]),
    ...copied('to'),
    ...copied('cc'),
    headerField('X-Trasporto', 'posta-certificata'),
    headerField('X-TipoRicevuta', message.ricevuta),
    headerField('From', `"Per conto di: ${message.mittente}" <${providerAddress(emission.provider)}>`),
  ].join('');
}
