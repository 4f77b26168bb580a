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
 * were asked for.
 * @param wasShort the position that an earlier look, before these bounds were asked for, found above the end
 * @param whole begins at the first record that the broker has, so that every record below the position can be compared
 * @rule POSITION-BREAK
 */
export function resumeAt(
  { next, fingerprint }: Pick<ReadingPosition, 'next' | 'fingerprint'>,
  { low, end }: PartitionBounds,
  {
    compacted,
    wasShort,
    whole = false,
  }: { readonly compacted: boolean; readonly wasShort: bigint | null; readonly whole?: boolean },
): { readonly offset: bigint } | 'short' | BreakCause {
  if (end < next) return wasShort === next ? 'end-below-position' : 'short';
  if (low > next) return 'begins-above-position';
  if (fingerprint === null || next === 0n) return { offset: next };
  if (low < next) return { offset: whole ? low : next - 1n };
  // A compacted topic may lawfully have lost the record before the position.
  return compacted ? { offset: next } : 'last-record-missing';
}

/** What tells one record of a partition from another. */
export interface SeenRecord {
  /** Decimal. */
  readonly offset: string | number;
}

/** Records of a partition, as they were read. */
export interface ReadRecords<Seen> {
  /** The offset from which they were asked for; not above the position. */
  readonly from: bigint;
  /** In the order of their offsets; none is below `from`. */
  readonly records: readonly Seen[];
  /** In a compacted topic records may lawfully be gone. */
  readonly compacted: boolean;
}

/** Records as they were read: those that continue the partition, and why the others do not. */
export interface Continuation<Seen> {
  /** Not read before, in order, without a gap in a topic that is not compacted. */
  readonly due: readonly Seen[];
  /** Null when all of them continue the partition. A break counts once those that are due have been taken. */
  readonly cause: BreakCause | null;
}

/**
 * Whether records continue a partition. A generation that an operator opened begins with the first record behind its
 * position, wherever that is: the gap before it is what the operator has decided about.
 * @param hasFingerprint whether a record is the one that was read, by the fingerprint that was kept of it
 * @rule POSITION-BREAK
 */
export function continuationOf<Seen extends SeenRecord>(
  { generation, next, fingerprint }: Pick<ReadingPosition, 'generation' | 'next' | 'fingerprint'>,
  { from, records, compacted }: ReadRecords<Seen>,
  hasFingerprint: (record: Seen, fingerprint: Uint8Array) => boolean,
): Continuation<Seen> {
  const opened = generation > 1 && fingerprint === null && from === next;
  const first = opened ? BigInt(records[0]?.offset ?? from) : from;
  const gap = compacted ? -1 : records.findIndex(({ offset }, nth) => BigInt(offset) !== first + BigInt(nth));
  const inOrder = gap < 0 ? records : records.slice(0, gap);
  const last = inOrder.find(({ offset }) => BigInt(offset) === next - 1n);
  if (last !== undefined && fingerprint !== null && !hasFingerprint(last, fingerprint))
    return { due: [], cause: 'other-record-before-position' };
  const due = inOrder.filter(({ offset }) => BigInt(offset) >= next);
  if (gap < 0) return { due, cause: null };
  return { due, cause: gap === 0 && from === next - 1n ? 'last-record-missing' : 'offsets-skipped' };
}
