import { createHash } from 'node:crypto';
import type { HashOf } from './brief-hash.ts';
import { fieldValue } from './header-fields.ts';
import { contentOf, partsOf, readEntity } from './mime-entity.ts';
import type { MimeEntity } from './mime-entity.ts';
import { headerField, headerFieldOf, joinFields, latin1Octets, parameterLines } from './header-writing.ts';
import { wholeField } from './original.ts';
import { partName } from './part-name.ts';

/** Parts nested deeper, or more numerous, are given back as they are. */
const deepest = 20;
const mostParts = 10_000;

/** The name that a message enclosed without one goes by. */
const unnamedMessage = 'messaggio.eml';

/**
 * The original as a brief delivery receipt gives it back (RFC 6109 section 3.3.2): its structure is kept; each part with a
 * name, and each enclosed message, is replaced by a text part `NAME.hash` that holds the SHA-1 in 40 hex digits. Of a
 * multipart/signed only the first part is worked on; what is an S/MIME pkcs7-mime as a whole is given back whole (an
 * attachment of that type, as signed documents are, is an attachment). What cannot be taken apart is kept as it is, and so
 * is a part whose content is to be hashed and cannot be decoded. A name that cannot be decoded is written as it stands.
 *
 * @param onUndecodedName is called for each part that is replaced under a name that could not be decoded
 * @rule RFC6109-3.3.2-BRIEF
 */
export function briefOriginal(
  original: Buffer,
  hashOf: HashOf = 'content',
  onUndecodedName: () => void = () => undefined,
): Buffer {
  const message = readEntity(original);
  return message ? brief(message, { hashOf, onUndecodedName, depth: 0, body: true, unmarked: 'text/plain' }) : original;
}

interface Place {
  readonly hashOf: HashOf;
  readonly onUndecodedName: () => void;
  readonly depth: number;
  /** The message's own body, or the signed part of it: no attachment. */
  readonly body: boolean;
  /** The type of a part that names none. */
  readonly unmarked: string;
}

function brief(entity: MimeEntity, place: Place): Buffer {
  const type = fieldValue(entity.header, 'content-type') === null ? place.unmarked : entity.type.type;
  if (type.startsWith('multipart/')) return briefMultipart(entity, type, place);
  if (place.body && /^application\/(x-)?pkcs7-mime$/.test(type)) return entity.raw;
  const written = partName(entity);
  const name = written?.text ?? (type === 'message/rfc822' ? unnamedMessage : null);
  const hashed = place.hashOf === 'content' && name !== null ? contentOf(entity) : entity.body;
  if (name === null || hashed === null) return entity.raw;
  if (written?.lost === true) place.onUndecodedName();
  return replaced(entity, name, hashed);
}

function briefMultipart(entity: MimeEntity, type: string, place: Place): Buffer {
  const parts = place.depth < deepest ? partsOf(entity, mostParts) : null;
  if (!parts) return entity.raw;
  const signed = type === 'multipart/signed';
  const inside: Place = {
    ...place,
    depth: place.depth + 1,
    body: place.body && signed,
    unmarked: type === 'multipart/digest' ? 'message/rfc822' : 'text/plain',
  };
  const pieces: Buffer[] = [];
  let done = 0;
  for (const part of signed ? parts.slice(0, 1) : parts) {
    const from = part.raw.byteOffset - entity.raw.byteOffset;
    pieces.push(entity.raw.subarray(done, from), brief(part, inside));
    done = from + part.raw.length;
  }
  return Buffer.concat([...pieces, entity.raw.subarray(done)]);
}

/** The part with another content: fields that speak of the content are its own, all others stay. */
function replaced(entity: MimeEntity, name: string, hashed: Buffer): Buffer {
  const kept = entity.header.fields
    .filter((field) => !field.name.startsWith('content-'))
    .map(({ raw }) => wholeField(raw));
  const own = joinFields([
    headerFieldOf('Content-Type', ['text/plain; charset=us-ascii;', ...parameterLines('name', `${name}.hash`)]),
    headerField('Content-Transfer-Encoding', '7bit'),
    headerFieldOf('Content-Disposition', ['attachment;', ...parameterLines('filename', `${name}.hash`)]),
  ]);
  const hash = createHash('sha1').update(hashed).digest('hex');
  return Buffer.concat([...kept, latin1Octets(`${own}\r\n${hash}`)]);
}
