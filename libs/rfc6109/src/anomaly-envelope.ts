import { envelopeHeader } from './envelope-header.ts';
import { readHeader, textIn } from './header-fields.ts';
import { headerField, noFields } from './header-writing.ts';
import { idWithinBrackets, messageIdIn } from './message-id.ts';
import { withCrlf } from './original.ts';
import { openingLine } from './readable-text.ts';
import { mixedContent } from './system-message.ts';
import type { Emission, ProviderMessage } from './system-message.ts';

/** How a message that cannot be certified came in. */
export interface UncertifiedArrival {
  /** SMTP MAIL FROM; '' for the null reverse path. */
  readonly reversePath: string;
  readonly forwardPath: readonly string[];
  /** On whose behalf it is brought, as somebody has proved it; '' when nobody has: neither dialog nor header proves anything. */
  readonly sender: string;
  /** Why nothing is certified, in Italian. */
  readonly reason: string;
}

/**
 * The anomaly envelope (busta di anomalia, RFC 6109 section 3.2.2): whatever came in, whole, beside a text that says why
 * nothing about it is certified; no certification data, no other part. It keeps the Message-ID and the SMTP paths of what
 * it encloses; its date is the instant of arrival. It speaks for nobody who has not proved to be its sender. `incoming` may be any bytes: what cannot be read is not copied.
 *
 * @param by `messageId` serves only when the incoming message has none
 * @rule ANOMALY-UNCERTIFIED
 */
export function anomalyEnvelope(incoming: Buffer, by: Emission, dialog: UncertifiedArrival): ProviderMessage {
  const enclosed = withCrlf(incoming);
  const header = readHeader(enclosed);
  const sender = printable(dialog.sender);
  const subject = header && textIn(header, 'subject');
  const oggetto = subject && abridgedSubject(subject.text);
  const ownId = (header && idWithinBrackets(messageIdIn(header).msgid)) ?? by.messageId;
  const text = {
    title: 'Anomalia nel messaggio',
    lines: [
      `${openingLine(by.at)} è stato ricevuto`,
      `il messaggio "${oggetto ?? ''}"`,
      `proveniente da "${sender}"`,
      'ed indirizzato a:',
      ...dialog.forwardPath,
      'I dati del messaggio non sono stati certificati per il seguente errore:',
      dialog.reason,
      'Il messaggio originale è incluso in allegato.',
    ],
  };
  return {
    at: by.at,
    messageId: ownId,
    reversePath: dialog.reversePath,
    forwardPath: dialog.forwardPath,
    header: envelopeHeader(header, {
      subjectPrefix: 'ANOMALIA MESSAGGIO: ',
      oggetto,
      reference: noFields,
      at: by.at,
      messageId: ownId,
      sender,
      marks: [headerField('X-Trasporto', 'errore')],
      provider: by.provider,
    }),
    content: mixedContent(text, { certification: null, original: enclosed }),
  };
}

/** Nobody reads more than this of a subject. */
const longestSubject = 1_000;

/** A stranger's subject, which may fill a whole header, as it is told; all of it is enclosed. */
export function abridgedSubject(subject: string): string {
  return subject.length > longestSubject
    ? `${subject.slice(0, longestSubject).toWellFormed().trimEnd()} [...]`
    : subject;
}

/** One line of ASCII, whatever the dialog held. */
function printable(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}
