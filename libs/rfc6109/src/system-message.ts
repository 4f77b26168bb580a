import { isAscii } from 'node:buffer';
import type { Instant } from '@recapito/primitives';
import { boundaryFor } from './boundary.ts';
import type { HashOf } from './brief-hash.ts';
import type { CertificationData, CertificationKind, CertifiedError, CertifiedMessage } from './certification.ts';
import { writeDaticert } from './daticert-writer.ts';
import { headerField, headerFieldOf, joinFields, latin1Octets, noFields, textField } from './header-writing.ts';
import type { HeaderText } from './header-writing.ts';
import { dateHeader } from './legal-time.ts';
import { isCertifiableId } from './message-id.ts';
import { htmlText, plainText } from './readable-text.ts';
import type { ReadableText } from './readable-text.ts';
import { base64Lines, quotedPrintable } from './transfer-encoding.ts';

/** Who certifies. */
export interface CertifyingProvider {
  /** The name that stands in `gestore-emittente`. */
  readonly name: string;
  /** The provider's mail domain: it writes as `posta-certificata@domain`. */
  readonly domain: string;
  /** What the hashes of its brief receipts are taken over; the content unless it says otherwise. */
  readonly briefHash?: HashOf;
}

/** One act of certifying: by whom, when, and under which Message-ID (without angle brackets). */
export interface Emission {
  readonly provider: CertifyingProvider;
  readonly messageId: string;
  /** Whole seconds: the single time value of text, XML, header and signature. */
  readonly at: Instant;
}

/** What a provider sends in its own name, whole but for its signature. */
export interface ProviderMessage {
  /** Whole seconds: `Date` and signing time. */
  readonly at: Instant;
  readonly messageId: string;
  /** SMTP MAIL FROM. */
  readonly reversePath: string;
  /** SMTP RCPT TO; of an envelope all recipients, whoever manages them. */
  readonly forwardPath: readonly string[];
  /** The fields above the signature's own, in their order. */
  readonly header: HeaderText;
  /** The multipart/mixed that is signed. */
  readonly content: Buffer;
}

/** An envelope, receipt or notice that certifies something: its daticert.xml says what. */
export interface SystemMessage extends ProviderMessage {
  readonly certification: CertificationData;
}

/** The address under which a provider writes. */
export function providerAddress(provider: CertifyingProvider): string {
  return `posta-certificata@${provider.domain}`;
}

/** The certification data of an act on a message; what the act does not say is null. */
export function certify(
  message: CertifiedMessage,
  emission: Emission,
  tipo: CertificationKind,
  act: Partial<Pick<CertificationData, 'consegna' | 'ricezione' | 'ricevuta' | 'erroreEsteso'>> & {
    errore?: CertifiedError;
  } = {},
): CertificationData {
  return {
    tipo,
    errore: act.errore ?? 'nessuno',
    mittente: message.mittente,
    destinatari: message.destinatari,
    risposte: message.risposte,
    oggetto: message.oggetto,
    gestore: emission.provider.name,
    at: emission.at,
    identificativo: message.identificativo,
    msgid: message.msgid,
    ricevuta: act.ricevuta ?? null,
    consegna: act.consegna ?? null,
    ricezione: act.ricezione ?? [],
    erroreEsteso: act.erroreEsteso ?? null,
  };
}

/** A receipt or notice: addressed to one party, from the provider's bare address (RFC 6109 section 2.1). */
export function receiptMessage(receipt: {
  certification: CertificationData;
  emission: Emission;
  subjectPrefix: string;
  to: string;
  text: ReadableText;
  /** Fields of the type that stand beside `X-Ricevuta`. */
  marks?: readonly HeaderText[];
  attached?: Buffer | null;
}): SystemMessage {
  const { certification, emission, to } = receipt;
  const from = providerAddress(emission.provider);
  const header = joinFields([
    textField('Subject', receipt.subjectPrefix, certification.oggetto ?? ''),
    referenceField(certification.msgid),
    headerField('Date', dateHeader(emission.at)),
    headerField('Message-ID', `<${emission.messageId}>`),
    headerField('To', to),
    headerField('X-Ricevuta', certification.tipo),
    ...(receipt.marks ?? []),
    headerField('From', from),
  ]);
  return {
    certification,
    at: emission.at,
    messageId: emission.messageId,
    reversePath: from,
    forwardPath: [to],
    header,
    content: mixedContent(receipt.text, { certification, original: receipt.attached ?? null }),
  };
}

/**
 * `X-Riferimento-Message-ID`, by which a client finds the message that a receipt speaks of; nothing without a msgid, or
 * with one that no header can hold, as messages that were accepted long ago may have.
 */
export function referenceField(msgid: string | null): HeaderText {
  return msgid === null || !isCertifiableId(msgid) ? noFields : headerField('X-Riferimento-Message-ID', msgid);
}

/**
 * The multipart/mixed of a provider's message: readable text, then certification data and the original, each where the
 * type has it.
 */
export function mixedContent(
  text: ReadableText,
  enclosed: { certification: CertificationData | null; original: Buffer | null },
): Buffer {
  const xml = enclosed.certification ? Buffer.from(writeDaticert(enclosed.certification), 'utf8') : Buffer.alloc(0);
  const original = enclosed.original ?? Buffer.alloc(0);
  const boundary = boundaryFor('mixed', xml, original);
  const transfer = isAscii(original) ? '7bit' : '8bit';
  const part = `\r\n--${boundary}\r\n`;
  const head = [
    headerFieldOf('Content-Type', [`multipart/mixed; boundary="${boundary}"`]),
    transfer === '8bit' ? eightBit : '',
    part,
    alternativePart(text),
    enclosed.certification ? part + certificationHead + base64Lines(xml) : '',
    enclosed.original ? part + originalHead[transfer] : '',
  ].join('');
  return Buffer.concat([latin1Octets(head), original, latin1Octets(`\r\n--${boundary}--\r\n`)]);
}

const eightBit = headerField('Content-Transfer-Encoding', '8bit');
const certificationHead = attachmentHead('application/xml', 'daticert.xml', 'base64');
const originalHead = {
  '7bit': attachmentHead('message/rfc822', 'postacert.eml', '7bit'),
  '8bit': attachmentHead('message/rfc822', 'postacert.eml', '8bit'),
};

/** The header of a part, and the empty line that ends it. */
function attachmentHead(type: string, name: string, transfer: string): string {
  const fields = [
    headerField('Content-Type', `${type}; name="${name}"`),
    headerField('Content-Transfer-Encoding', transfer),
    headerField('Content-Disposition', `inline; filename="${name}"`),
  ];
  return `${joinFields(fields)}\r\n`;
}

const textHead = (type: string) =>
  joinFields([
    headerField('Content-Type', `${type}; charset=iso-8859-1`),
    headerField('Content-Transfer-Encoding', 'quoted-printable'),
  ]);
const plainHead = textHead('text/plain');
const htmlHead = textHead('text/html');

function alternativePart(text: ReadableText): string {
  const plain = plainText(text);
  const html = htmlText(text);
  const boundary = boundaryFor('alternative', plain, html);
  return [
    headerFieldOf('Content-Type', [`multipart/alternative; boundary="${boundary}"`]),
    `\r\n--${boundary}\r\n${plainHead}\r\n${quotedPrintable(plain)}`,
    `\r\n--${boundary}\r\n${htmlHead}\r\n${quotedPrintable(html)}`,
    `\r\n--${boundary}--\r\n`,
  ].join('');
}
