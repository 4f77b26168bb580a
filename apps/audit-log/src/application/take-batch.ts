import type { RawBatch, RawRecord } from '@recapito/messaging';
import { derivedId, instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { breakOf, dueRecords } from '../domain/continuity.ts';
import type { Break, ReadingPosition, SeenRecord } from '../domain/continuity.ts';
import { fingerprint } from '../domain/leaf.ts';
import type { TraceRecord } from '../domain/leaf.ts';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import { knownIds, lockPosition, movePosition, rememberIds } from '../persistence/ingest.store.ts';
import { sha256 } from '../sealing/sha256.ts';
import { appendRecords } from './append-records.ts';
import { openGeneration } from './open-generation.ts';
import { tellFindings } from './tell-findings.ts';

interface ReadRecord extends SeenRecord {
  readonly record: TraceRecord;
  readonly eventAt: Instant | null;
}

/** What became of a batch. */
export interface TakenBatch {
  readonly appended: number;
  /** Records that had been ingested before, by their place or by their id. */
  readonly skipped: number;
  /** Why a new generation was opened; null when none was. Nothing of the batch was taken then: read from the start. */
  readonly opened: Break | null;
}

/**
 * Ingests a batch in one transaction: every record once, in the order of its partition, with consecutive indexes, and
 * the position moved with it. The same batch again, from anybody, changes nothing. // TRACE-ONCE
 */
export async function takeBatch(
  tx: BulkTransaction,
  { batch, at }: { readonly batch: RawBatch; readonly at: Instant },
): Promise<TakenBatch> {
  const { topic, partition } = batch;
  const records = batch.records.map(readRecord);
  const position = await lockPosition(tx, topic, partition);
  const cause = await breakIn(tx, position, topic, records);
  if (cause !== null) {
    await openGeneration(tx, { topic, partition, position, cause, at });
    return { appended: 0, skipped: 0, opened: cause };
  }
  const due = dueRecords(position, records);
  const fresh = due.length === 0 ? new Set<string>() : await rememberIds(tx, topic, due.map(idOf));
  const toAppend = due
    .filter(({ id }) => fresh.has(id))
    .map(({ record, eventAt }) => ({ record, eventAt, generation: position.generation }));
  await appendRecords(tx, { records: toAppend, at });
  await tellFindings(tx, { records: toAppend, at });
  const last = records.at(-1);
  if (last !== undefined && last.offset >= position.next)
    await movePosition(tx, batch, { ...position, next: last.offset + 1, fingerprint: last.fingerprint() });
  return { appended: toAppend.length, skipped: records.length - toAppend.length, opened: null };
}

/** Looks for the ids of records below the position only when there are any, which after a start is one a partition. */
async function breakIn(
  tx: BulkTransaction,
  position: ReadingPosition,
  topic: string,
  records: readonly ReadRecord[],
): Promise<Break | null> {
  const again = records.filter(({ offset }) => offset < position.next).map(idOf);
  return breakOf(position, records, again.length === 0 ? new Set() : await knownIds(tx, topic, again));
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function readRecord({ topic, partition, offset, key, headers, value }: RawRecord): ReadRecord {
  const record: TraceRecord = { topic, partition, offset: Number(offset), key, headers, value };
  const given = headerOf(headers, 'ce_id');
  return {
    offset: record.offset,
    id: uuid.test(given) ? given.toLowerCase() : derivedIdOf(record),
    fingerprint: () => fingerprint(sha256, record),
    record,
    eventAt: instantOf(headerOf(headers, 'ce_time')),
  };
}

/** A record without an id of its own is known by its place and content: it is evidence all the same. */
function derivedIdOf(record: TraceRecord): string {
  const print = Buffer.from(fingerprint(sha256, record)).toString('hex');
  return derivedId('trace-record', record.topic, String(record.partition), String(record.offset), print);
}

function headerOf(headers: RawRecord['headers'], wanted: string): string {
  return headers.find(([name]) => name === wanted)?.[1].toString() ?? '';
}

/** `ce_time`, leniently: what cannot be read, or not kept, is no reason to refuse evidence. */
function instantOf(time: string): Instant | null {
  const milliseconds = /^\d{4}-\d{2}-\d{2}T/.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isInteger(milliseconds) ? instant(milliseconds) : null;
}

function idOf({ id }: SeenRecord): string {
  return id;
}
