import type { Instant } from '@recapito/primitives';
import type { CertifiedMessage, Remark } from './certification.ts';
import { latin1Octets } from './header-writing.ts';
import { legalTime } from './legal-time.ts';

/**
 * What a person reads in a certified message: a title and lines, in Italian (RFC 6109 section 3, in the words used in
 * Italy). Machines read daticert.xml only.
 */
export interface ReadableText {
  readonly title: string;
  readonly lines: readonly string[];
}

/** How every formula begins: the day and the time in Italian legal time. */
export function openingLine(at: Instant): string {
  const { giorno, ora, zona } = legalTime(at);
  return `Il giorno ${giorno} alle ore ${ora} (${zona})`;
}

/** How every formula ends. */
export function closingLines(message: CertifiedMessage): string[] {
  return ['', `Identificativo messaggio: ${message.identificativo}`];
}

/** The subject between quotation marks, empty when the message has none. */
export function quotedSubject(message: CertifiedMessage): string {
  return `"${message.oggetto ?? ''}"`;
}

/** Each recipient with the kind of mail that reaches it. */
export function recipientLines(message: CertifiedMessage): string[] {
  return message.destinatari.map(
    ({ indirizzo, tipo }) => `${indirizzo} ("${tipo === 'certificato' ? 'posta certificata' : 'posta ordinaria'}")`,
  );
}

const remarkWords: Record<Remark, string> = {
  'message-id-lost':
    'Il Message-ID assegnato dal mittente non è riportato: contiene caratteri non ammessi o supera i 400 caratteri.',
  'subject-undecoded': 'L’oggetto non è interamente decodificabile: è riportato come è scritto nel messaggio.',
  'date-missing': 'Il messaggio non ha il campo Date: fa fede la data di questa ricevuta.',
};

/**
 * The remarks in words, for the sender.
 * @rule REMARK-TOLD
 */
export function remarkLines({ remarks = [] }: CertifiedMessage): string[] {
  return remarks.map((remark) => remarkWords[remark]);
}

/** What both notices of a virus say of it, to the sender's provider and to the sender. */
export function virusLines(
  message: CertifiedMessage,
  at: Instant,
  { recipient, erroreEsteso }: { readonly recipient: string; readonly erroreEsteso: string },
): string[] {
  return [
    `${openingLine(at)} nel messaggio`,
    `${quotedSubject(message)} proveniente da "${message.mittente}"`,
    `ed indirizzato a "${recipient}"`,
    `è stato rilevato un problema di sicurezza: ${erroreEsteso}`,
    'Il messaggio non è stato consegnato.',
    ...closingLines(message),
  ];
}

/** A line stays one line: nothing that somebody else wrote can add another. */
function oneLine(line: string): string {
  return line.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
}

/** The text in ISO-8859-1, lines ended by CRLF; what the charset lacks is written in its nearest letters, else `?`. */
export function plainText({ title, lines }: ReadableText): Buffer {
  return latin1Octets(inLatin1([title, '', ...lines.map(oneLine), ''].join('\r\n')));
}

/** The same words as HTML without images, styles or references; what ISO-8859-1 lacks is a character reference. */
export function htmlText({ title, lines }: ReadableText): Buffer {
  const html = [
    `<html><head><title>${escaped(title)}</title></head>`,
    '<body>',
    `<h3>${escaped(title)}</h3>`,
    `<p>${lines.map((line) => escaped(oneLine(line))).join('<br>\r\n')}`,
    '</p>',
    '</body></html>',
    '',
  ];
  return latin1Octets(html.join('\r\n'));
}

function escaped(text: string): string {
  return Array.from(text.toWellFormed(), (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 255 || '<>&"'.includes(character) ? `&#${code};` : character;
  }).join('');
}

const nearest: ReadonlyMap<string, string> = new Map([
  ['’', "'"],
  ['‘', "'"],
  ['“', '"'],
  ['”', '"'],
  ['–', '-'],
  ['—', '-'],
  ['…', '...'],
  ['€', 'EUR'],
]);

function inLatin1(text: string): string {
  return Array.from(text.normalize('NFC').toWellFormed(), (character) => {
    if ((character.codePointAt(0) ?? 0) <= 255) return character;
    const base = character.normalize('NFD').charAt(0);
    return nearest.get(character) ?? (base.charCodeAt(0) < 128 ? base : '?');
  }).join('');
}
