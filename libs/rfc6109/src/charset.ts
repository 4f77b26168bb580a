import { TextDecoder } from 'node:util';
import { isXmlText } from './xml-text.ts';

/** Decoders by label, for labels that exist: a message can name any number of others. */
const decoders = new Map<string, TextDecoder>();

const label = /^[a-z0-9][a-z0-9_.:+-]{0,40}$/;

/** Control characters other than blanks and line ends, and the mark of what was lost before. */
const uncertifiable = /\uFFFD|(?![\t\r\n])\p{Cc}/u;

/**
 * The text that octets are in a charset. Null when it cannot be certified without loss: the charset is unknown, the octets
 * are none of it, or the text holds control characters, U+FFFD, or what XML cannot hold. ISO-8859-1 is read as
 * windows-1252, as everybody does; ASCII beyond 7F is none. An empty label is UTF-8.
 */
export function textOf(charset: string, octets: Buffer): string | null {
  const name = charset.toLowerCase();
  const isAsciiName = name === 'us-ascii' || name === 'ascii';
  const decoder = decoderFor(isAsciiName || name === '' ? 'utf-8' : name);
  if (decoder === null || (isAsciiName && octets.some((octet) => octet > 127))) return null;
  try {
    const text = decoder.decode(octets);
    return uncertifiable.test(text) || !isXmlText(text) ? null : text;
  } catch {
    return null;
  }
}

function decoderFor(charset: string): TextDecoder | null {
  const known = decoders.get(charset);
  if (known || !label.test(charset)) return known ?? null;
  try {
    const decoder = new TextDecoder(charset, { fatal: true });
    decoders.set(charset, decoder);
    return decoder;
  } catch {
    return null;
  }
}
