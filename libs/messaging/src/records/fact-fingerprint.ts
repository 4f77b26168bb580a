import { hash } from 'node:crypto';
import type { RawRecord } from './codec.ts';

/**
 * The headers whose values the outbox row fixed when the fact was appended. `ce_epoch` and `ce_appendedat` are absent
 * from records of rows that were appended before there were epochs; a relay never adds them to such a row.
 */
const fixedHeaders = [
  'ce_id',
  'ce_type',
  'ce_dataschema',
  'ce_sequence',
  'ce_time',
  'ce_epoch',
  'ce_appendedat',
] as const;

/**
 * SHA-256 (32 bytes) over what the outbox row fixed at append: key, value, and the headers of {@link fixedHeaders}. It
 * tells whether two records of one topic are the same fact. Headers that a relay or a later release adds do not count,
 * nor does the order of the headers, nor the place of the record.
 *
 * Each part has its length before it, so that no two different records give the same bytes. A header that occurs more
 * than once counts with all its values: readers use only one of them, and a second value must not stay unseen.
 * @rule MESSAGING-FINGERPRINT
 */
export function factFingerprint({ key, value, headers }: Pick<RawRecord, 'key' | 'value' | 'headers'>): Buffer {
  const values: Buffer[][] = fixedHeaders.map(() => []);
  for (const [name, bytes] of headers) {
    const position = positionOf(name);
    if (position !== undefined) values[position]?.push(bytes);
  }
  const parts = [key, value, ...values.flat()];
  const size = parts.reduce<number>((sum, part) => sum + 4 + (part?.length ?? 0), fixedHeaders.length);
  const bytes = Buffer.allocUnsafe(size);
  let at = writePart(bytes, writePart(bytes, 0, key), value);
  for (const those of values) {
    at = bytes.writeUInt8(Math.min(those.length, 255), at);
    for (const each of those) at = writePart(bytes, at, each);
  }
  return hash('sha256', bytes, 'buffer');
}

const positions = new Map<string, number>(fixedHeaders.map((name, position) => [name, position]));

/** Names are compared without case, as the codec reads them; most come in lower case already. */
function positionOf(name: string): number | undefined {
  return positions.get(name) ?? positions.get(name.toLowerCase());
}

/** The length in four big-endian bytes (-1 for null), then the part. Returns the place behind it. */
function writePart(bytes: Buffer, start: number, part: Buffer | null): number {
  if (part === null) return bytes.writeInt32BE(-1, start);
  bytes.set(part, bytes.writeInt32BE(part.length, start));
  return start + 4 + part.length;
}
