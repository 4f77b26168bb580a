import type { Hash } from './merkle-tree.ts';
import { sameHash } from './merkle-tree.ts';

/** The deduplication key of a record within its topic. */
export interface SeenRecord {
  readonly offset: number;
  /** The id its writer gave it, or one derived from its place and content. */
  readonly id: string;
  /** Of what its outbox row fixed. */
  readonly fingerprint: Hash;
}

/** Records without those that repeat an earlier one: the same id and the same fingerprint. */
export function withoutRepetitions<Seen extends SeenRecord>(records: readonly Seen[]): Seen[] {
  const seen = new Map<string, Hash[]>();
  return records.filter(({ id, fingerprint }) => {
    const before = seen.get(id);
    if (before === undefined) seen.set(id, [fingerprint]);
    else if (before.some((one) => sameHash(one, fingerprint))) return false;
    else before.push(fingerprint);
    return true;
  });
}

/** The day to file under: that of now, but never earlier than the last one, so that a day is one run of entries. */
export function filingDay(today: string, last: string | null): string {
  return last !== null && last > today ? last : today; // @rule TRACE-DAY
}
