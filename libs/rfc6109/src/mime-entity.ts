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

/** Reads a Content-Type or Content-Disposition; what is absent is plain text (RFC 2045 section 5.2). */
export function readContentType(value: string | null): ContentType {
  if (value === null) return { type: 'text/plain', parameters: new Map() };
  const parameters = new Map<string, string>();
  const pattern = /;\s*([A-Za-z0-9_*-]{1,40})\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)/g;
  for (const [, name = '', text = ''] of value.matchAll(pattern)) {
    const plain = text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), plain);
  }
  return { type: (value.split(';', 1)[0] ?? '').trim().toLowerCase(), parameters };
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
  const needle = Buffer.from(dashed, 'latin1');
  for (let at = body.indexOf(needle); at !== -1; at = body.indexOf(needle, at + needle.length)) {
    if (at > 0 && body[at - 1] !== 10) continue;
    const lineEnd = body.indexOf(10, at);
    const next = lineEnd === -1 ? body.length : lineEnd + 1;
    const rest = body.toString('latin1', at + needle.length, Math.min(next, at + needle.length + 80)).trimEnd();
    if (rest !== '' && rest !== '--') continue;
    const start = body[at - 2] === 13 ? at - 2 : at - 1;
    yield { start: Math.max(start, 0), next, closing: rest === '--' };
  }
}

/** The decoded content of a part, or null when its transfer encoding is unknown or broken. */
export function contentOf(entity: MimeEntity): Buffer | null {
  return decodeTransfer(fieldValue(entity.header, 'content-transfer-encoding') ?? '7bit', entity.body);
}
