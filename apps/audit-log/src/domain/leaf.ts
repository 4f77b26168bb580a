import type { Hash, Sha256, TreeHash } from './merkle-tree.ts';

/** A record as it lay in its topic; nothing of it is decoded. `null` is Kafka's absent key or value. */
export interface TraceRecord {
  readonly topic: string;
  readonly partition: number;
  /** The record's place in the partition; -1 for an entry that the trace wrote about itself. */
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly headers: readonly Header[];
  readonly value: Uint8Array | null;
}

/** A header's name and value, in the order of the record. */
export type Header = readonly [name: string, value: Uint8Array | null];

/** Bytes of the random salt: without it nobody can tell from a leaf what an entry says. */
export const saltLength = 16;

const leafVersion = 1;

/**
 * The Merkle leaf of an entry: the hash of a version byte and of the commitment to the entry. The commitment is
 * SHA-256 over the salt, then topic, key, headers in order and value, each with its length before it, then where the
 * entry stands: the day it is filed under, partition and offset. So every field of an exported line is covered, and
 * the tree alone gives nothing away.
 */
export function leafOf(
  hash: TreeHash,
  sha256: Sha256,
  entry: { readonly salt: Uint8Array; readonly day: string; readonly record: TraceRecord },
): Hash {
  const { salt, day, record } = entry;
  const bytes = Buffer.allocUnsafe(salt.length + sizeOfRecord(record) + sizeOf(day) + 12);
  bytes.set(salt);
  let at = writePart(bytes, writeRecord(bytes, salt.length, record), day);
  at = bytes.writeInt32BE(record.partition, at);
  bytes.writeBigInt64BE(BigInt(record.offset), at);
  const leafData = new Uint8Array(33);
  leafData[0] = leafVersion;
  leafData.set(sha256(bytes), 1); // @rule TRACE-LEAF
  return hash.leaf(leafData);
}

/**
 * SHA-256 over all that a record holds, wherever it lies; never in the tree. Positions of earlier releases hold it, and
 * the ids of records without an id are derived from it.
 */
export function wholeFingerprint(sha256: Sha256, record: TraceRecord): Hash {
  const bytes = Buffer.allocUnsafe(sizeOfRecord(record));
  writeRecord(bytes, 0, record);
  return sha256(bytes);
}

/** Headers as bytes: their number in four bytes, then name and value of each with its length before it. */
export function headerBytes(headers: readonly Header[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(sizeOfHeaders(headers));
  writeHeaders(bytes, 0, headers);
  return bytes;
}

/** Reads what {@link headerBytes} wrote. @throws RangeError when the bytes are not headers. */
export function readHeaders(bytes: Uint8Array): Header[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let position = 4;
  const next = (): Uint8Array | null => {
    const length = buffer.readInt32BE(position);
    position += 4;
    if (length === -1) return null;
    position += length;
    return buffer.subarray(position - length, position);
  };
  return Array.from({ length: buffer.readUInt32BE(0) }, () => {
    const name = next();
    return [Buffer.from(name ?? []).toString(), next()] as const;
  });
}

// Each part is its length in four bytes (-1 for null) and itself, written in place: the ingest does this for every
// header of every record, and a buffer for each would cost more than the hash.

type Part = string | Uint8Array | null;

function sizeOf(part: Part): number {
  if (part === null) return 4;
  return 4 + (typeof part === 'string' ? Buffer.byteLength(part) : part.length);
}

function sizeOfHeaders(headers: readonly Header[]): number {
  return headers.reduce((size, [name, value]) => size + sizeOf(name) + sizeOf(value), 4);
}

function sizeOfRecord({ topic, key, headers, value }: TraceRecord): number {
  return sizeOf(topic) + sizeOf(key) + sizeOfHeaders(headers) + sizeOf(value);
}

/** Topic, key, headers in order, value. Gives the place behind them, as the two below do. */
function writeRecord(bytes: Buffer, start: number, { topic, key, headers, value }: TraceRecord): number {
  const afterKey = writePart(bytes, writePart(bytes, start, topic), key);
  return writePart(bytes, writeHeaders(bytes, afterKey, headers), value);
}

function writeHeaders(bytes: Buffer, start: number, headers: readonly Header[]): number {
  let at = bytes.writeUInt32BE(headers.length, start);
  for (const [name, value] of headers) at = writePart(bytes, writePart(bytes, at, name), value);
  return at;
}

function writePart(bytes: Buffer, start: number, part: Part): number {
  if (part === null) return bytes.writeInt32BE(-1, start);
  if (typeof part === 'string') {
    const length = bytes.write(part, start + 4);
    return bytes.writeInt32BE(length, start) + length;
  }
  bytes.set(part, bytes.writeInt32BE(part.length, start));
  return start + 4 + part.length;
}
