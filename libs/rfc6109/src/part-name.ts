import { textOf } from './charset.ts';
import { decodeText } from './encoded-words.ts';
import type { DecodedText } from './encoded-words.ts';
import { fieldValue } from './header-fields.ts';
import { readContentType } from './mime-entity.ts';
import type { ContentType, MimeEntity } from './mime-entity.ts';

/**
 * The name under which a part travels: `filename` of its disposition, else `name` of its type; null without one. Read in
 * every form that is written: RFC 2231 (in pieces, with the charset left blank), encoded words inside quotation marks or
 * pieces, blanks without quotation marks. A name that cannot be decoded without loss is the text that stands there.
 */
export function partName(entity: MimeEntity): DecodedText | null {
  const disposition = readContentType(fieldValue(entity.header, 'content-disposition') ?? '');
  const names = [parameterText(disposition, 'filename'), parameterText(entity.type, 'name')].filter(
    (name) => name !== null && name.text !== '',
  );
  return names.find((name) => name?.lost === false) ?? names[0] ?? null;
}

/** The text of {@link partName}. */
export function fileNameOf(entity: MimeEntity): string | null {
  return partName(entity)?.text ?? null;
}

function parameterText({ parameters }: ContentType, name: string): DecodedText | null {
  const whole = parameters.get(`${name}*`);
  const pieces = whole === undefined ? numbered(parameters, name) : [{ text: whole, encoded: true }];
  const plain = parameters.get(name);
  // What nearly every part has needs no decoding.
  if (pieces.length === 0 && (plain === undefined || /^[!-<>-~]+$/.test(plain)))
    return plain === undefined ? null : { text: plain, lost: false };
  const extended = pieces.length === 0 ? null : extendedText(pieces);
  if (extended !== null && hasPieceLeft(parameters, name, pieces.length)) return { text: extended.text, lost: true };
  if (plain === undefined || extended?.lost === false) return extended;
  const decoded = decodeText(plain);
  return extended === null || !decoded.lost ? decoded : extended;
}

interface Piece {
  readonly text: string;
  readonly encoded: boolean;
}

/** `name*0*`, `name*1`, ... as far as they follow each other. */
function numbered(parameters: ContentType['parameters'], name: string): Piece[] {
  const pieces: Piece[] = [];
  for (;;) {
    const encoded = parameters.get(`${name}*${pieces.length}*`);
    const text = encoded ?? parameters.get(`${name}*${pieces.length}`);
    if (text === undefined) return pieces;
    pieces.push({ text, encoded: encoded !== undefined });
  }
}

/** A piece that does not follow the others, because one between them is missing. */
function hasPieceLeft(parameters: ContentType['parameters'], name: string, read: number): boolean {
  if (read === 0) return false;
  const numbers = Array.from(parameters.keys(), (key) => /^(.*)\*(\d+)\*?$/.exec(key));
  return numbers.some((found) => found?.[1] === name && Number(found[2]) >= read);
}

/** The first encoded piece begins with charset and language, each ended by an apostrophe; either may be blank. */
function extendedText(pieces: readonly Piece[]): DecodedText {
  const raw = pieces.map(({ text }) => text).join('');
  if (!pieces.some(({ encoded }) => encoded)) return decodeText(raw);
  const first = pieces[0];
  const labels = /^([^']*)'[^']*'/.exec(first?.encoded === true ? first.text : '');
  const begin = labels?.[0].length ?? 0;
  const octets = pieces.map(({ text, encoded }, at) => {
    const value = at === 0 ? text.slice(begin) : text;
    return encoded ? unescapedOctets(value) : Buffer.from(value, 'utf8');
  });
  const text = textOf(labels?.[1] ?? '', Buffer.concat(octets));
  if (text === null)
    return {
      text: raw
        .slice(begin)
        .replace(/\p{Cc}/gu, ' ')
        .trim(),
      lost: true,
    };
  return labels === null && text.includes('=?')
    ? decodeText(text)
    : { text: text.replace(/\p{Cc}/gu, ' ').trim(), lost: false };
}

function unescapedOctets(text: string): Buffer {
  const octets = Buffer.from(text, 'utf8').toString('latin1');
  const plain = octets.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}
