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
  const plain = parameters.get(name) === '' ? undefined : parameters.get(name);
  const whole = parameters.get(`${name}*`);
  const { pieces, isWhole } =
    whole === undefined ? piecesOf(parameters, name) : { pieces: [{ text: whole, encoded: true }], isWhole: true };
  // What nearly every part has needs no decoding.
  if (pieces.length === 0 && (plain === undefined || /^[!-<>-~]+$/.test(plain)))
    return plain === undefined ? null : { text: plain, lost: false };
  const read = pieces.length === 0 ? null : extendedText(pieces);
  const extended = read === null || isWhole ? read : { ...read, lost: true };
  if (plain === undefined || extended?.lost === false) return extended;
  const decoded = decodeText(plain);
  return extended === null || !decoded.lost ? decoded : extended;
}

interface Piece {
  readonly text: string;
  readonly encoded: boolean;
}

/**
 * `name*0*`, `name*1`, ... as far as they follow each other, also when their numbers begin with zeros; from the first one that
 * is there when `name*0` is missing. Not whole when one is missing.
 */
function piecesOf(parameters: ContentType['parameters'], name: string): { pieces: Piece[]; isWhole: boolean } {
  const found = new Map<number, Piece>();
  for (const [key, text] of parameters) {
    if (!key.startsWith(`${name}*`)) continue;
    const [, digits, star] = /^(\d{1,6})(\*?)$/.exec(key.slice(name.length + 1)) ?? [];
    if (digits === undefined) continue;
    const encoded = star === '*';
    if (encoded || !found.has(Number(digits))) found.set(Number(digits), { text, encoded });
  }
  const first = Math.min(...found.keys());
  const pieces: Piece[] = [];
  for (let piece = found.get(first); piece !== undefined; piece = found.get(first + pieces.length)) pieces.push(piece);
  return { pieces, isWhole: found.size === 0 || (first === 0 && pieces.length === found.size) };
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
