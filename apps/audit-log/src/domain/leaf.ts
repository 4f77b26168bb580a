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
  const place = new Uint8Array(12);
  const numbers = new DataView(place.buffer);
  numbers.setInt32(0, record.partition);
  numbers.setBigInt64(4, BigInt(record.offset));
  const commitment = sha256(Buffer.concat([salt, recordBytes(record), prefixed(day), place])); // TRACE-LEAF
  const leafData = new Uint8Array(1 + commitment.length);
  leafData[0] = leafVersion;
  leafData.set(commitment, 1);
  return hash.leaf(leafData);
}

/** Tells two records apart by what they say, wherever they lie. Kept in the ingest position, never in the tree. */
export function fingerprint(sha256: Sha256, record: TraceRecord): Hash {
  return sha256(recordBytes(record));
}

/** Topic, key, headers in order, value: each as a big-endian length of four bytes (-1 for `null`) and its bytes. */
export function recordBytes(record: TraceRecord): Uint8Array {
  return Buffer.concat([
    prefixed(record.topic),
    prefixed(record.key),
    headerBytes(record.headers),
    prefixed(record.value),
  ]);
}

/** The headers alone: their number in four bytes, then name and value of each with its length before it. */
export function headerBytes(headers: readonly Header[]): Uint8Array {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(headers.length);
  return Buffer.concat([count, ...headers.flatMap(([name, value]) => [prefixed(name), prefixed(value)])]);
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

function prefixed(part: string | Uint8Array | null): Uint8Array {
  const bytes = typeof part === 'string' ? Buffer.from(part) : part;
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes === null ? -1 : bytes.length);
  return bytes === null ? length : Buffer.concat([length, bytes]);
}
