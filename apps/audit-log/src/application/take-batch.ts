import { topics } from '@recapito/contracts';
import { continuationOf } from '@recapito/messaging';
import type { RawBatch } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import { withoutRepetitions } from '../domain/ingest.ts';
import { sameHash } from '../domain/merkle-tree.ts';
import type { Hash } from '../domain/merkle-tree.ts';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import { lockPosition, movePosition } from '../persistence/ingest.store.ts';
import type { Break, ReadingPosition } from '../persistence/ingest.store.ts';
import { ingestedUnder, rememberIds, rememberReused } from '../persistence/record-id.store.ts';
import { appendRecords } from './append-records.ts';
import { publishReusedId } from './publish-reused-id.ts';
import { readRecord } from './read-record.ts';
import type { ReadRecord } from './read-record.ts';
import { stopPartition } from './stop-partition.ts';
import { publishFindings } from './publish-findings.ts';

/** A batch to be taken in. */
export interface BatchToTake {
  /** `from` is the offset that the broker was asked for; left out, the batch continues the position if it can. */
  readonly batch: Omit<RawBatch, 'from'> & Partial<Pick<RawBatch, 'from'>>;
  /** By the suite clock. */
  readonly at: Instant;
  /** The position to which the reading of this partition was sent back by the batch before; null when it was not. */
  readonly sentBackTo?: number | null;
}

/** What became of a batch. */
export interface TakenBatch {
  readonly appended: number;
  /** Records that had been ingested before, by their place or by their id and fingerprint. */
  readonly skipped: number;
  /** Why nothing is read of the partition until an operator decides; null while it is read. */
  readonly stopped: Break | null;
  /** The offset of the next record to be read. */
  readonly next: number;
}

/**
 * Ingests a batch in one transaction: every record once, in the order of its partition, with consecutive indexes, and
 * the position moved with it. The same batch again, from anybody, changes nothing. Records that do not continue the
 * partition stop it, after those before them have been ingested.
 * @rule TRACE-ONCE
 */
export async function takeBatch(
  tx: BulkTransaction,
  { batch, at, sentBackTo = null }: BatchToTake,
): Promise<TakenBatch> {
  const { topic, partition } = batch;
  const records = batch.records.map(readRecord);
  const { stopped, ...position } = await lockPosition(tx, topic, partition);
  const { next } = position;
  if (stopped !== null) return { appended: 0, skipped: 0, stopped, next };
  const from = batch.from === undefined ? Math.min(next, records[0]?.offset ?? next) : Number(batch.from);
  if (from > next && sentBackTo !== next) return { appended: 0, skipped: 0, stopped: null, next };
  const { due, cause } = await continuation(tx, position, { topic, from, records });
  const appended = await ingest(tx, { topic, position, records: due, at });
  const last = due.at(-1);
  const moved = last === undefined ? position : { ...position, next: last.offset + 1, fingerprint: last.fingerprint };
  if (moved !== position) await movePosition(tx, batch, moved);
  if (cause !== null) await stopPartition(tx, { topic, partition, position: moved, cause, at });
  const skipped = (cause === null ? records : due).length - appended;
  return { appended, skipped, stopped: cause, next: moved.next };
}

/**
 * The records that continue the partition, and why the others do not. A record below the position that was never ingested
 * belongs to another log. Asks for the records below the position only when there are any: after a start one a partition.
 */
async function continuation(
  tx: BulkTransaction,
  position: ReadingPosition,
  { topic, from, records }: { topic: RawBatch['topic']; from: number; records: readonly ReadRecord[] },
): Promise<{ readonly due: readonly ReadRecord[]; readonly cause: Break | null }> {
  if (from > position.next) return { due: [], cause: 'begins-above-position' };
  const read = { from: BigInt(from), records, compacted: topics[topic].compacted };
  const found = continuationOf({ ...position, next: BigInt(position.next) }, read, hasFingerprint);
  if (found.cause === 'other-record-before-position') return found;
  const below = records.filter(({ offset }) => offset < position.next);
  const known = await ingestedUnder(
    tx,
    topic,
    below.map(({ id }) => id),
  );
  return below.every((record) => known.has(record)) ? found : { due: [], cause: 'unknown-record-below-position' };
}

/** Whether a record is the one that was read. Positions of earlier releases have the fingerprint of the whole record. */
function hasFingerprint(record: ReadRecord, fingerprint: Hash): boolean {
  return sameHash(record.fingerprint, fingerprint) || sameHash(record.wholeFingerprint(), fingerprint);
}

/** Appends what is new: records with a new id, and those that have the id of another record. Returns how many. */
async function ingest(
  tx: BulkTransaction,
  batch: { topic: string; position: ReadingPosition; records: readonly ReadRecord[]; at: Instant },
): Promise<number> {
  const { topic, position, at } = batch;
  const due = withoutRepetitions(batch.records);
  const { fresh, reused } = await newRecords(tx, topic, due);
  if (fresh.size + reused.size === 0) return 0;
  const added = due.filter((record) => fresh.has(record) || reused.has(record));
  const toAppend = added.map(({ record, eventAt }) => ({ record, eventAt, generation: position.generation }));
  const first = await appendRecords(tx, { records: toAppend, at });
  await publishFindings(tx, { records: toAppend, at });
  for (const [nth, record] of added.entries())
    if (reused.has(record)) await publishReusedId(tx, { record, entry: first + nth, at }); // @rule TRACE-REUSED-ID
  return added.length;
}

/** Which records are entered for the first time: one for each id that is new, and those whose id was another record's. */
async function newRecords(
  tx: BulkTransaction,
  topic: string,
  due: readonly ReadRecord[],
): Promise<{ fresh: ReadonlySet<ReadRecord>; reused: ReadonlySet<ReadRecord> }> {
  if (due.length === 0) return { fresh: new Set(), reused: new Set() };
  const firsts = new Map(due.toReversed().map((record) => [record.id, record]));
  const freshIds = await rememberIds(tx, topic, [...firsts.values()]);
  const fresh = new Set([...freshIds].flatMap((id) => firsts.get(id) ?? []));
  const rest = due.filter((record) => !fresh.has(record));
  if (rest.length === 0) return { fresh, reused: new Set() };
  const known = await ingestedUnder(
    tx,
    topic,
    rest.map(({ id }) => id),
  );
  const others = rest.filter((record) => !known.has(record));
  return { fresh, reused: new Set(others.length === 0 ? [] : await rememberReused(tx, topic, others)) };
}
