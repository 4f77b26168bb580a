import { decodeText } from './encoded-words.ts';

const encodedWord = /=\?[^?\s]+\?([BbQq])\?([^?\r\n]*)\?=/g;

/**
 * The printable ASCII characters of a subject, blanks left out: in nearly every character set they are the same octets, so
 * every reader shows them, also of an encoded word in a character set that nobody knows.
 */
export function lettersThatAllRead(subject: string): string {
  const text = decodeText(subject).text.normalize('NFC');
  return text
    .replace(encodedWord, (_, letter: string, payload: string) => octets(letter, payload))
    .replace(/[^!-~]/g, '');
}

function octets(letter: string, payload: string): string {
  if (letter.toUpperCase() === 'B') return Buffer.from(payload, 'base64').toString('latin1');
  const hex = /=([0-9A-Fa-f]{2})/g;
  return payload.replaceAll('_', ' ').replace(hex, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
