import type { Hash } from './merkle-tree.ts';
import { sameHash } from './merkle-tree.ts';

/** How far one generation of a partition has been read. */
export interface ReadingPosition {
  /** From 1. An operator opens the next one when the partition no longer continues what was read. */
  readonly generation: number;
  /** Offset of the next record. */
  readonly next: number;
  /** Fingerprint of the record at `next` - 1; null before the first record of the generation. */
  readonly fingerprint: Hash | null;
}

/** What tells one record of a partition from another. */
export interface SeenRecord {
  readonly offset: number;
  /** The id its writer gave it, or one derived from its place and content. */
  readonly id: string;
  /** Of what its outbox row fixed. */
  readonly fingerprint: Hash;
  /** Of all that the record holds, as earlier releases kept it in positions. Computed only when it is asked for. */
  wholeFingerprint(): Hash;
}

/** Why a partition does not continue what was read of it. */
export type Break =
  | 'end-below-position'
  | 'begins-above-position'
  | 'last-record-missing'
  | 'offsets-skipped'
  | 'other-record-before-position'
  | 'unknown-record-below-position';

/** Records of a partition as they were read, with the offset from which they were asked for. */
export interface ReadRecords<Seen extends SeenRecord = SeenRecord> {
  readonly from: number;
  /** In the order of their offsets; none is below `from`. */
  readonly records: readonly Seen[];
  /** In a compacted topic records may lawfully be gone. */
  readonly compacted: boolean;
}

/**
 * Whether the records continue the partition that was read up to `position`; null when they do. `from` must not be above
 * the position.
 * @param isKnown whether a record below the position was ingested: by its id and fingerprint
 */
export function breakOf(
  position: ReadingPosition,
  { from, records, compacted }: ReadRecords,
  isKnown: (record: SeenRecord) => boolean,
): Break | null {
  const { next, fingerprint } = position;
  if (!compacted && skips(from, records))
    return from === next - 1 && records[0]?.offset === next ? 'last-record-missing' : 'offsets-skipped'; // TRACE-GENERATION
  const last = records.find(({ offset }) => offset === next - 1);
  if (last !== undefined && fingerprint !== null && !hasFingerprint(last, fingerprint))
    return 'other-record-before-position';
  return records.some((record) => record.offset < next && !isKnown(record)) ? 'unknown-record-below-position' : null;
}

function skips(from: number, records: readonly SeenRecord[]): boolean {
  return records.some(({ offset }, position) => offset !== from + position);
}

function hasFingerprint(record: SeenRecord, fingerprint: Hash): boolean {
  return sameHash(record.fingerprint, fingerprint) || sameHash(record.wholeFingerprint(), fingerprint);
}

/** The bounds of a partition at the broker, as they were at some instant before the position was read. */
export interface PartitionBounds {
  /** Offset of the first record. */
  readonly low: number;
  /** Offset of the next record to come. */
  readonly end: number;
}

/**
 * The offset to read on from: the record before the position, so that its content can be compared. With `whole` it is the
 * first record that the broker has: in a compacted topic the record before the position may be gone, so every record below
 * the position is compared. `short` when the partition ends before the position, which takes a second look.
 * @param wasShort the position at which the partition was already seen short, before these bounds were asked for
 */
export function resumeAt(
  { next, fingerprint }: ReadingPosition,
  { low, end }: PartitionBounds,
  { compacted, whole, wasShort }: { compacted: boolean; whole: boolean; wasShort: number | null },
): { readonly offset: number } | 'short' | Break {
  // Another process may have read on since the broker was asked: only bounds asked for later prove anything.
  if (end < next) return wasShort === next ? 'end-below-position' : 'short'; // TRACE-GENERATION
  if (low > next) return 'begins-above-position';
  if (fingerprint === null) return { offset: next };
  if (!compacted && low === next) return 'last-record-missing';
  return { offset: whole ? low : Math.max(low, next - 1) };
}

/** The records of a batch that are to be ingested, each once, in their order. */
export function dueRecords<Seen extends SeenRecord>({ next }: ReadingPosition, records: readonly Seen[]): Seen[] {
  const seen = new Map<string, Hash[]>();
  return records.filter(({ offset, id, fingerprint }) => {
    if (offset < next) return false;
    const before = seen.get(id);
    if (before === undefined) seen.set(id, [fingerprint]);
    else if (before.some((one) => sameHash(one, fingerprint))) return false;
    else before.push(fingerprint);
    return true;
  });
}

/** The day to file under: that of now, but never earlier than the last one, so that a day is one run of entries. */
export function filingDay(today: string, last: string | null): string {
  return last !== null && last > today ? last : today; // TRACE-DAY
}
