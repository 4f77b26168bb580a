/** How far a consumer has read one generation of a partition. */
export interface ReadingPosition {
  /** From 1. */
  readonly generation: number;
  /** Offset of the next record. */
  readonly next: bigint;
  /** SHA-256 of the record before `next`, as `factFingerprint` makes it; null before the first record. */
  readonly fingerprint: Uint8Array | null;
  /** Records appended before this instant (UTC milliseconds) that have no claim are passed over; null: none are. */
  readonly passBefore: number | null;
  /** Why nothing is read of the partition; null while it is read. */
  readonly stopped: BreakCause | null;
}

/** Why a partition does not continue what was read of it. */
export type BreakCause =
  | 'end-below-position'
  | 'begins-above-position'
  | 'last-record-missing'
  | 'offsets-skipped'
  | 'other-record-before-position';

/** The bounds of a partition at the broker: its first offset, and that of the next record to come. */
export interface PartitionBounds {
  readonly low: bigint;
  readonly end: bigint;
}

/**
 * The offset to read on from: that of the record before the position, so that its content can be compared. `short` when
 * the partition ends before the position, which takes a second look: another process may have read on since the bounds
 * were asked for. // POSITION-BREAK
 * @param wasShort the position that an earlier look, before these bounds were asked for, found above the end
 */
export function resumeAt(
  { next, fingerprint }: Pick<ReadingPosition, 'next' | 'fingerprint'>,
  { low, end }: PartitionBounds,
  { compacted, wasShort }: { readonly compacted: boolean; readonly wasShort: bigint | null },
): { readonly offset: bigint } | 'short' | BreakCause {
  if (end < next) return wasShort === next ? 'end-below-position' : 'short';
  if (low > next) return 'begins-above-position';
  if (fingerprint === null || next === 0n) return { offset: next };
  if (low < next) return { offset: next - 1n };
  // A compacted topic may lawfully have lost the record before the position.
  return compacted ? { offset: next } : 'last-record-missing';
}

/** What tells one record of a partition from another. */
export interface SeenRecord {
  /** Decimal. */
  readonly offset: string;
}

/** Records as they were read: those that continue the partition, and why the others do not. */
export interface Continuation<Seen> {
  /** Not read before, in order, without a gap in a topic that is not compacted. */
  readonly due: readonly Seen[];
  /** Null when all of them continue the partition. A break counts once those that are due have been taken. */
  readonly cause: BreakCause | null;
}

/**
 * Whether records that were asked for from `from` continue a partition. `from` is the position, or the offset before it.
 * // POSITION-BREAK
 */
export function continuationOf<Seen extends SeenRecord>(
  { next, fingerprint }: Pick<ReadingPosition, 'next' | 'fingerprint'>,
  {
    from,
    records,
    compacted,
  }: { readonly from: bigint; readonly records: readonly Seen[]; readonly compacted: boolean },
  fingerprintOf: (record: Seen) => Uint8Array,
): Continuation<Seen> {
  const gap = compacted ? -1 : records.findIndex(({ offset }, nth) => BigInt(offset) !== from + BigInt(nth));
  const inOrder = gap < 0 ? records : records.slice(0, gap);
  const last = inOrder.find(({ offset }) => BigInt(offset) === next - 1n);
  if (last !== undefined && fingerprint !== null && Buffer.compare(fingerprintOf(last), fingerprint) !== 0)
    return { due: [], cause: 'other-record-before-position' };
  const due = inOrder.filter(({ offset }) => BigInt(offset) >= next);
  if (gap < 0) return { due, cause: null };
  return { due, cause: gap === 0 && from === next - 1n ? 'last-record-missing' : 'offsets-skipped' };
}
