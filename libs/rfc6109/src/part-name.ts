import { TextDecoder } from 'node:util';
import { decodedText, fieldValue } from './header-fields.ts';
import { readContentType } from './mime-entity.ts';
import type { ContentType, MimeEntity } from './mime-entity.ts';

/**
 * The name under which a part travels: `filename` of its disposition, else `name` of its type; null without one. Read as
 * RFC 2231 has it, and as encoded words inside quotation marks, which many programs write.
 */
export function fileNameOf(entity: MimeEntity): string | null {
  const disposition = readContentType(fieldValue(entity.header, 'content-disposition') ?? '');
  return parameterText(disposition, 'filename') ?? parameterText(entity.type, 'name');
}

function parameterText({ parameters }: ContentType, name: string): string | null {
  const whole = parameters.get(`${name}*`);
  const pieces = whole === undefined ? numbered(parameters, name) : [{ text: whole, encoded: true }];
  const plain = parameters.get(name);
  // What nearly every part has needs no decoding.
  if (pieces.length === 0 && (plain === undefined || /^[!-<>-~]+$/.test(plain))) return plain ?? null;
  const text = pieces.length > 0 ? extendedText(pieces) : decodedText(plain ?? '');
  return text.replace(/\p{Cc}/gu, ' ').trim() || null;
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

/** The first piece begins with charset and language, each ended by an apostrophe. */
function extendedText(pieces: readonly Piece[]): string {
  const [first] = pieces;
  const [, charset = '', begin = ''] = /^([^']*)'[^']*'(.*)$/s.exec(first?.encoded ? first.text : '') ?? [];
  const octets = pieces.map(({ text, encoded }, at) =>
    encoded ? unescapedOctets(at === 0 && charset !== '' ? begin : text) : Buffer.from(text, 'utf8'),
  );
  return decoderFor(charset).decode(Buffer.concat(octets));
}

function unescapedOctets(text: string): Buffer {
  const octets = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1');
}

function decoderFor(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset || 'utf-8');
  } catch {
    return new TextDecoder('latin1');
  }
}

/** A parameter that follows others in a field, on lines of its own: quoted, or as RFC 2231 has it when it must be. */
export function namedParameter(key: string, name: string): string {
  if (/^[ -~]{1,200}$/.test(name) && !name.includes('=?')) return `;\r\n ${key}="${name.replace(/["\\]/g, '\\$&')}"`;
  const characters = Array.from(name.toWellFormed(), escapedCharacter);
  const pieces = ["UTF-8''"];
  for (const character of characters) {
    const last = pieces.length - 1;
    const grown = `${pieces[last]}${character}`;
    if (grown.length > 60) pieces.push(character);
    else pieces[last] = grown;
  }
  if (pieces.length === 1) return `;\r\n ${key}*=${pieces[0]}`;
  return pieces.map((piece, at) => `;\r\n ${key}*${at}*=${piece}`).join('');
}

function escapedCharacter(character: string): string {
  if (/[A-Za-z0-9._-]/.test(character)) return character;
  return Array.from(
    Buffer.from(character, 'utf8'),
    (octet) => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
