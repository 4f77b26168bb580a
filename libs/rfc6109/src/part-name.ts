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
