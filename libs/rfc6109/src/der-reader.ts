/** One value of a DER or BER encoding: where it stands, without a look inside. */
export interface Encoded {
  /** Identifier octet: class, constructed bit and tag number up to 30. */
  readonly tag: number;
  /** The whole encoding, identifier and length included. */
  readonly raw: Buffer;
  /** What the length covers. */
  readonly content: Buffer;
}

/** Nesting of values of unknown length is followed no deeper than this. */
const deepest = 16;

/** The values that stand one after the other; null when the bytes are no such encoding. */
export function readValues(bytes: Buffer): Encoded[] | null {
  const values: Encoded[] = [];
  for (let at = 0; at < bytes.length;) {
    const value = readValue(bytes, at, 0);
    if (!value) return null;
    values.push(value);
    at += value.raw.length;
  }
  return values;
}

/** The members of a SEQUENCE, SET or context tag; none when it is not constructed or not readable. */
export function membersOf(value: Encoded | undefined): Encoded[] {
  return value && (value.tag & 0x20) !== 0 ? (readValues(value.content) ?? []) : [];
}

/** The octets of an OCTET STRING, also of one that BER has cut in pieces; pieces of pieces no deeper than others nest. */
export function octetsOf(value: Encoded, depth = 0): Buffer {
  if ((value.tag & 0x20) === 0) return value.content;
  return depth > deepest ? Buffer.alloc(0) : Buffer.concat(membersOf(value).map((piece) => octetsOf(piece, depth + 1)));
}

function readValue(bytes: Buffer, at: number, depth: number): Encoded | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || depth > deepest) return null;
  if (first === 0x80) return readUntilEnd(bytes, at, tag, depth);
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  if (lengthBytes > 4 || at + 2 + lengthBytes > bytes.length) return null;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
  const from = at + 2 + lengthBytes;
  if (from + length > bytes.length) return null;
  return { tag, raw: bytes.subarray(at, from + length), content: bytes.subarray(from, from + length) };
}

/** A value of indefinite length, as BER lets streams write it: members up to two zero octets. */
function readUntilEnd(bytes: Buffer, at: number, tag: number, depth: number): Encoded | null {
  let next = at + 2;
  while (bytes[next] !== 0 || bytes[next + 1] !== 0) {
    const member = readValue(bytes, next, depth + 1);
    if (!member) return null;
    next += member.raw.length;
  }
  return { tag, raw: bytes.subarray(at, next + 2), content: bytes.subarray(at + 2, next) };
}
