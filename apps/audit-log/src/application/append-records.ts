import type { Instant } from '@recapito/primitives';
import { dayOf } from '@recapito/primitives';
import { filingDay } from '../domain/ingest.ts';
import { leafOf } from '../domain/leaf.ts';
import type { TraceRecord } from '../domain/leaf.ts';
import { treeHash } from '../domain/merkle-tree.ts';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import { appendEntries, lockEnd, openDay } from '../persistence/entry.store.ts';
import type { FiledEntry } from '../persistence/entry.store.ts';
import { fileReadings } from '../persistence/named-reading.store.ts';
import { newSalts, sha256 } from '../sealing/sha256.ts';

/** A record that is to become an entry. */
export interface RecordToAppend {
  readonly record: TraceRecord;
  readonly generation: number;
  /** `ce_time` of the record, when it has one. */
  readonly eventAt: Instant | null;
}

const hash = treeHash(sha256);

/**
 * Gives records, of which there is at least one, the next indexes of the trace and files them under the day of `at` (suite clock), with a salt each.
 * From here to the end of the transaction nobody else appends.
 * @returns the index of the first.
 */
export async function appendRecords(
  tx: BulkTransaction,
  { records, at }: { readonly records: readonly RecordToAppend[]; readonly at: Instant },
): Promise<number> {
  const salts = newSalts(records.length);
  const end = await lockEnd(tx);
  const day = filingDay(dayOf(at), end.day);
  if (day !== end.day) await openDay(tx, day, end.next);
  const entries = records.map((each, position): FiledEntry => ({
    ...each,
    index: end.next + position,
    day,
    salt: salts(position),
  }));
  const leaves = entries.map((entry) => leafOf(hash, sha256, entry));
  await appendEntries(tx, entries, leaves, at);
  await fileReadings(tx, entries);
  return end.next;
}
