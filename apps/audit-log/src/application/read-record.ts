import { factFingerprint } from '@recapito/messaging';
import type { RawRecord } from '@recapito/messaging';
import { derivedId, instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { SeenRecord } from '../domain/ingest.ts';
import { wholeFingerprint } from '../domain/leaf.ts';
import type { TraceRecord } from '../domain/leaf.ts';
import type { Hash } from '../domain/merkle-tree.ts';
import { sha256 } from '../sealing/sha256.ts';

/** A record of a topic, with what the ingest has to know of it. */
export interface ReadRecord extends SeenRecord {
  readonly record: TraceRecord;
  /** `ce_time`, when it has one. */
  readonly eventAt: Instant | null;
  /** Of all that the record holds, as earlier releases kept it in positions. Computed only when it is asked for. */
  wholeFingerprint(): Hash;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Reads a record without asking that it makes sense: whatever it holds is evidence. */
export function readRecord(raw: RawRecord): ReadRecord {
  const { topic, partition, offset, key, headers, value } = raw;
  const record: TraceRecord = { topic, partition, offset: Number(offset), key, headers, value };
  const given = headerOf(headers, 'ce_id');
  return {
    offset: record.offset,
    id: uuid.test(given) ? given.toLowerCase() : derivedIdOf(record),
    fingerprint: factFingerprint(raw),
    wholeFingerprint: () => wholeFingerprint(sha256, record),
    record,
    eventAt: instantOf(headerOf(headers, 'ce_time')),
  };
}

/** A record without an id of its own is known by its place and content: it is evidence all the same. */
function derivedIdOf(record: TraceRecord): string {
  const print = Buffer.from(wholeFingerprint(sha256, record)).toString('hex');
  return derivedId('trace-record', record.topic, String(record.partition), String(record.offset), print);
}

/** Of a header that occurs twice the last value counts, and names are compared without case: so do readers of facts. */
function headerOf(headers: RawRecord['headers'], wanted: string): string {
  return headers.findLast(([name]) => name === wanted || name.toLowerCase() === wanted)?.[1].toString() ?? '';
}

/** `ce_time`, leniently: what cannot be read, or not kept, is no reason to refuse evidence. */
function instantOf(time: string): Instant | null {
  const milliseconds = /^\d{4}-\d{2}-\d{2}T/.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isInteger(milliseconds) ? instant(milliseconds) : null;
}
