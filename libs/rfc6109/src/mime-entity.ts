import { fieldValue, readHeader } from './header-fields.ts';
import type { Header } from './header-fields.ts';
import { decodeTransfer } from './transfer-encoding.ts';

/** A message or a part of one, as it stands: header, body bytes, and the exact bytes of both. */
export interface MimeEntity {
  readonly header: Header;
  readonly type: ContentType;
  /** Header and body without any change: what a signature covers. */
  readonly raw: Buffer;
  /** The body as it was transmitted. */
  readonly body: Buffer;
}

/** `multipart/signed; boundary="x"` in parts; type and parameter names in lower case. */
export interface ContentType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** More parts than this in a certified message are not read: it has four, extra services add a few. */
const mostParts = 64;

/** Reads the header of a message or part and tells what it is. Null when the header is longer than what is read. */
export function readEntity(raw: Buffer): MimeEntity | null {
  const header = readHeader(raw);
  if (!header) return null;
  return { header, type: readContentType(fieldValue(header, 'content-type')), raw, body: raw.subarray(header.bodyAt) };
}

const parameter = /;\s*([A-Za-z0-9_*-]{1,40})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)/g;

/** Reads a Content-Type or Content-Disposition; what is absent is plain text (RFC 2045 section 5.2). */
export function readContentType(value: string | null): ContentType {
  if (value === null) return { type: 'text/plain', parameters: new Map() };
  const parameters = new Map<string, string>();
  const head = headOf(value);
  parameter.lastIndex = head.length;
  for (let match = parameter.exec(value); match !== null; match = parameter.exec(value)) {
    const [, written = '', text = ''] = match;
    const name = written.toLowerCase();
    if (!parameters.has(name)) parameters.set(name, parameterValue(name, text));
  }
  const words = withoutComments(head).split('/');
  return { type: words.map((word) => word.trim().toLowerCase()).join('/'), parameters };
}

/** What stands before the parameters, comments and the semicolons in them included. */
function headOf(value: string): string {
  const [plain = ''] = value.split(';', 1);
  if (!plain.includes('(')) return plain;
  let open = 0;
  for (let at = 0; at < value.length; at++) {
    const character = value.charAt(at);
    if (character === '(') open++;
    else if (character === ')' && open > 0) open--;
    else if (character === ';' && open === 0) return value.slice(0, at);
  }
  return open === 0 ? value : plain;
}

const isFileName = /^(?:file)?name(?:\*|$)/;

/** Without quotation marks, a value ends at its first blank; but many programs write file names with blanks like that. */
function parameterValue(name: string, text: string): string {
  if (/^"[^]*"$/.test(text) && text.length > 1) return text.slice(1, -1).replace(/\\(.)/g, '$1');
  const bare = text.replace(/^"/, '').trim();
  return isFileName.test(name) ? bare : (bare.split(/\s/, 1)[0] ?? '');
}

/** What stands in parentheses is for people, also inside others (RFC 2045 section 5.1). */
function withoutComments(value: string): string {
  if (!value.includes('(')) return value.trim();
  let plain = '';
  let open = 0;
  for (const character of value) {
    if (character === '(') open++;
    else if (character === ')' && open > 0) open--;
    else if (open === 0) plain += character;
  }
  return plain.trim();
}

/**
 * The parts of a multipart, in order, each with its exact bytes (the line end before a boundary belongs to the
 * boundary). Null when there is no boundary, no end, or more parts than `most`.
 */
export function partsOf(entity: MimeEntity, most = mostParts): MimeEntity[] | null {
  const boundary = entity.type.parameters.get('boundary');
  if (!entity.type.type.startsWith('multipart/') || boundary === undefined || boundary === '') return null;
  const parts: MimeEntity[] = [];
  let from = -1;
  for (const line of delimiters(entity.body, `--${boundary}`)) {
    if (from >= 0) {
      const part = readEntity(entity.body.subarray(from, Math.max(from, line.start)));
      if (!part || parts.length >= most) return null;
      parts.push(part);
    }
    if (line.closing) return parts;
    from = line.next;
  }
  return null;
}

function* delimiters(body: Buffer, dashed: string): Generator<{ start: number; next: number; closing: boolean }> {
  const first = delimiterAt(body, 0, dashed.length);
  if (first && body.toString('latin1', 0, dashed.length) === dashed) yield { start: 0, ...first };
  const needle = Buffer.from(`\n${dashed}`, 'latin1');
  for (let at = body.indexOf(needle); at !== -1; at = body.indexOf(needle, at + needle.length)) {
    const found = delimiterAt(body, at + 1, dashed.length);
    if (found) yield { start: body[at - 1] === 13 ? at - 1 : at, ...found };
  }
}

/** Where the line goes on to; null when the boundary is followed by more than two dashes and blanks. */
function delimiterAt(body: Buffer, from: number, length: number): { next: number; closing: boolean } | null {
  let at = from + length;
  const closing = body[at] === 45 && body[at + 1] === 45;
  if (closing) at += 2;
  while (body[at] === 32 || body[at] === 9 || body[at] === 13) at++;
  return at >= body.length || body[at] === 10 ? { next: Math.min(at + 1, body.length), closing } : null;
}

/** The decoded content of a part, or null when its transfer encoding is unknown or broken, or its body beyond `most` bytes. */
export function contentOf(entity: MimeEntity, most = Number.POSITIVE_INFINITY): Buffer | null {
  if (entity.body.length > most) return null;
  const encoding = fieldValue(entity.header, 'content-transfer-encoding') ?? '7bit';
  return decodeTransfer(withoutComments(encoding), entity.body);
}
