import type { Hash } from './merkle-tree.ts';
import { sameHash } from './merkle-tree.ts';

/** How far one life of a partition has been read. */
export interface ReadingPosition {
  /** The life of the partition, from 1: a topic that was wiped and filled again begins another. */
  readonly generation: number;
  /** Offset of the next record. */
  readonly next: number;
  /** What the record at `next` - 1 said; null before the first. */
  readonly fingerprint: Hash | null;
}

/** What tells one record of a partition from another. */
export interface SeenRecord {
  readonly offset: number;
  /** The id its writer gave it, or one derived from its place and content. */
  readonly id: string;
  /** What it says, hashed; worked out only when it is asked for. */
  fingerprint(): Hash;
}

/** Why a partition can no longer be the one that was read before. */
export type Break = 'end-below-position' | 'other-record-before-position' | 'unknown-record-below-position';

/**
 * Tells whether records still belong to the partition that was read up to `position`; null when they do. A redelivered
 * record was ingested before, so one below the position that was not is another partition's.
 * @param known the ids, among those of records below the position, that were ingested
 */
export function breakOf(
  { next, fingerprint }: ReadingPosition,
  records: readonly SeenRecord[],
  known: ReadonlySet<string>,
): Break | null {
  const last = records.find(({ offset }) => offset === next - 1);
  if (last !== undefined && fingerprint !== null && !sameHash(last.fingerprint(), fingerprint))
    return 'other-record-before-position'; // TRACE-GENERATION
  return records.some(({ offset, id }) => offset < next && !known.has(id)) ? 'unknown-record-below-position' : null;
}

/**
 * Where to read on: at the record before the position, so that its content can be compared; never below what the
 * broker still has. Says `short` when the partition ends before the position.
 * @param bounds of the partition at the broker, as they were at some instant before the position was read
 * @param wasShort the position at which the partition was already seen short, before these bounds were asked for
 */
export function resumeAt(
  { next }: ReadingPosition,
  bounds: { readonly low: number; readonly end: number },
  wasShort: number | null,
): { readonly offset: number } | 'short' | 'end-below-position' {
  if (bounds.end >= next) return { offset: Math.max(bounds.low, next - 1, 0) };
  // Another process may have read on since the broker was asked: only bounds asked for later prove anything.
  return wasShort === next ? 'end-below-position' : 'short'; // TRACE-GENERATION
}

/** The records of a batch that are to be ingested, each id once, in their order. */
export function dueRecords<Seen extends SeenRecord>({ next }: ReadingPosition, records: readonly Seen[]): Seen[] {
  const ids = new Set<string>();
  return records.filter(({ offset, id }) => {
    const due = offset >= next && !ids.has(id);
    if (due) ids.add(id);
    return due;
  });
}

/** The day to file under: that of now, but never earlier than the last one, so that a day is one run of entries. */
export function filingDay(today: string, last: string | null): string {
  return last !== null && last > today ? last : today; // TRACE-DAY
}
