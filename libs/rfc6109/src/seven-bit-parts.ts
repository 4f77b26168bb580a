import { isAscii, isUtf8 } from 'node:buffer';
import { fieldsNamed, fieldValue, valueOf } from './header-fields.ts';
import type { Header } from './header-fields.ts';
import { headerField, joinFields, latin1Octets } from './header-writing.ts';
import type { HeaderText } from './header-writing.ts';
import { contentOf, partsOf, readContentType, readEntity } from './mime-entity.ts';
import type { MimeEntity } from './mime-entity.ts';
import { readOriginal, wholeField } from './original.ts';
import type { Original } from './original.ts';
import { isSealedType } from './sealed-type.ts';
import { base64Lines, quotedPrintable } from './transfer-encoding.ts';

/** A submission as it is certified and sent. */
export interface SevenBitOriginal {
  /** The same object when nothing was changed. */
  readonly original: Original;
  /** The parts that were encoded anew, by their place: `1.2` is the second part of the first, `''` the message itself. */
  readonly reencoded: readonly string[];
  /** True when bytes beyond ASCII are left: it may go only to hosts that offer 8BITMIME, with BODY=8BITMIME. */
  readonly eightBit: boolean;
}

/** Parts nested deeper, or more numerous, keep their bytes. */
const deepest = 20;
const mostParts = 10_000;

/**
 * The submission with its 8-bit parts in quoted-printable (text that is mostly ASCII) or base64, so that no server on the
 * way has to convert what is signed (RFC 6109 section 4.3; RFC 6409 section 8.4). What a part decodes to stays the same.
 *
 * These keep their bytes: every part at, above or below which a multipart/signed, PGP or S/MIME structure stands; an
 * enclosed message that holds such a structure or is signed by DKIM or ARC; the whole submission when DKIM or ARC signs it;
 * headers, what stands around parts, and parts whose encoding is unknown or broken.
 *
 * Call it before the formal checks: the size that counts is that of what is sent. A submission in ASCII costs one look.
 * @rule EIGHT-BIT-PARTS
 */
export function withSevenBitParts(original: Original): SevenBitOriginal {
  if (isAscii(original.bytes)) return { original, reencoded: [], eightBit: false };
  const message = isSignedInHeader(original.header) ? null : readEntity(original.bytes);
  const reencoded: string[] = [];
  const done = message && encoded(message, { ...messageBody, path: [], reencoded });
  const changed = done && reencoded.length > 0 ? readOriginal(done.raw) : null;
  if (!changed) return { original, reencoded: [], eightBit: true };
  const { bareLineEnds } = original;
  return { original: { ...changed, bareLineEnds }, reencoded, eightBit: !isAscii(changed.bytes) };
}

interface Place {
  readonly path: readonly number[];
  /** The body of a message, which has MIME-Version, not a part of a multipart. */
  readonly inMessage: boolean;
  /** The type of a part that names none. */
  readonly unmarked: 'text/plain' | 'message/rfc822';
  /** Where the places of changed parts are noted. */
  readonly reencoded: string[];
}

const messageBody = { inMessage: true, unmarked: 'text/plain' } as const;

interface Done {
  readonly raw: Buffer;
  /** A structure that somebody has signed or enciphered stands here or below. */
  readonly sealed: boolean;
}

function encoded(entity: MimeEntity, place: Place): Done {
  const type = fieldValue(entity.header, 'content-type') === null ? place.unmarked : entity.type.type;
  const kept = { raw: entity.raw, sealed: false };
  if (typesOf(entity).some(isSealedType)) return { ...kept, sealed: true };
  if (place.path.length > deepest || !entity.header.wellFormed) return kept;
  if (type.startsWith('multipart/')) return encodedMultipart(entity, place);
  if (type === 'message/rfc822') return encodedMessage(entity, place);
  if (type.startsWith('message/')) return kept;
  if (type.startsWith('text/') && isArmoured(entity)) return { ...kept, sealed: true };
  return isAscii(entity.body) ? kept : { ...kept, raw: encodedLeaf(entity, place) };
}

function encodedMultipart(entity: MimeEntity, place: Place): Done {
  const parts = partsOf(entity, mostParts);
  if (!parts) return { raw: entity.raw, sealed: false };
  const bodyAt = entity.raw.length - entity.body.length;
  const pieces: Buffer[] = [];
  let sealed = false;
  let done = bodyAt;
  for (const [nth, part] of parts.entries()) {
    const from = part.raw.byteOffset - entity.raw.byteOffset;
    const unmarked = entity.type.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
    const inner = encoded(part, { ...place, path: [...place.path, nth + 1], inMessage: false, unmarked });
    pieces.push(entity.raw.subarray(done, from), inner.raw);
    sealed ||= inner.sealed;
    done = from + part.raw.length;
  }
  const body = Buffer.concat([...pieces, entity.raw.subarray(done)]);
  return { raw: around(entity, body, sealed), sealed };
}

/** An enclosed message may not be encoded as a whole (RFC 2046 section 5.2.1): its parts are, or nothing of it. */
function encodedMessage(entity: MimeEntity, place: Place): Done {
  const inner = readEntity(entity.body);
  if (!inner) return { raw: entity.raw, sealed: false };
  if (isSignedInHeader(inner.header)) return { raw: entity.raw, sealed: true };
  const noted: string[] = [];
  const { raw, sealed } = encoded(inner, { ...messageBody, path: [...place.path, 1], reencoded: noted });
  if (sealed) return { raw: entity.raw, sealed };
  place.reencoded.push(...noted);
  return { raw: around(entity, raw, false), sealed };
}

/** The header before another body; it says 7bit where that has become true and nobody has signed what is inside. */
function around(entity: MimeEntity, body: Buffer, sealed: boolean): Buffer {
  const transfer = transferOf(entity);
  const isSevenBit = !sealed && (transfer === '8bit' || transfer === 'binary') && isAscii(body);
  const bodyAt = entity.raw.length - entity.body.length;
  const head = isSevenBit ? headWith(entity, '7bit', []) : entity.raw.subarray(0, bodyAt);
  return Buffer.concat([head, body]);
}

function encodedLeaf(entity: MimeEntity, place: Place): Buffer {
  const content = fieldsNamed(entity.header, 'content-transfer-encoding').length < 2 ? contentOf(entity) : null;
  if (content === null) return entity.raw;
  place.reencoded.push(place.path.join('.'));
  const unlabelled = place.inMessage && fieldValue(entity.header, 'content-type') === null;
  const added = unlabelled ? labelsFor(entity, content) : [];
  if (entity.type.type.startsWith('text/') && isMostlyAscii(content)) {
    return Buffer.concat([headWith(entity, 'quoted-printable', added), latin1Octets(quotedPrintable(content))]);
  }
  const lines = base64Lines(content);
  // The line end before a boundary belongs to the boundary.
  const body = place.inMessage ? lines : lines.slice(0, -2);
  return Buffer.concat([headWith(entity, 'base64', added), latin1Octets(body)]);
}

/** What a message without MIME has to say of its text once that is encoded (RFC 2045 section 4, RFC 1428). */
function labelsFor({ header }: MimeEntity, content: Buffer): HeaderText[] {
  const type = headerField('Content-Type', `text/plain; charset=${isUtf8(content) ? 'utf-8' : 'unknown-8bit'}`);
  return fieldValue(header, 'mime-version') === null ? [headerField('MIME-Version', '1.0'), type] : [type];
}

/** The header, its empty line included, with another transfer encoding; all other fields stay as they are. */
function headWith({ header }: MimeEntity, transfer: string, added: readonly HeaderText[]): Buffer {
  const field = headerField('Content-Transfer-Encoding', transfer);
  const isTransfer = ({ name }: { readonly name: string }) => name === 'content-transfer-encoding';
  const own = latin1Octets(joinFields(header.fields.some(isTransfer) ? added : [...added, field]));
  const kept = header.fields.map((each) => (isTransfer(each) ? latin1Octets(field) : wholeField(each.raw)));
  return Buffer.concat([...kept, own, latin1Octets('\r\n')]);
}

/** Of a type that stands twice one reader takes the first, another the last. */
function typesOf({ header }: MimeEntity): string[] {
  return fieldsNamed(header, 'content-type').map((field) => readContentType(valueOf(field)).type);
}

function transferOf({ header }: MimeEntity): string {
  return (fieldValue(header, 'content-transfer-encoding') ?? '7bit').toLowerCase();
}

function isSignedInHeader(header: Header): boolean {
  return header.fields.some(({ name }) => name === 'dkim-signature' || name.startsWith('arc-'));
}

/** PGP inside a text (RFC 9580 section 7): its bytes are signed. */
function isArmoured({ body }: MimeEntity): boolean {
  return body.includes('-----BEGIN PGP ');
}

/** Two letters of three at least: who looks at the source can still read it. */
function isMostlyAscii(content: Buffer): boolean {
  let beyond = 0;
  for (const octet of content) if (octet > 126) beyond++;
  return beyond * 3 <= content.length;
}
