import type { SqlTransaction } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import { headerBytes, readHeaders } from '../domain/leaf.ts';
import type { Hash } from '../domain/merkle-tree.ts';
import { joinHashes } from '../domain/tiles.ts';
import type { TraceEntry } from '../domain/trace-line.ts';
import type { BulkTransaction } from './bulk-transactions.ts';
import { BinaryRows } from './copy-in.ts';

/** Where the trace ends: the index of the next entry, and the last day that holds one. */
export interface TraceEnd {
  readonly next: number;
  readonly day: string | null;
}

/** An entry with what only helps to find it. */
export interface FiledEntry extends TraceEntry {
  readonly generation: number;
  /** `ce_time` of the record, when it has one. */
  readonly eventAt: Instant | null;
}

/** Locks the end of the trace until the transaction ends, and returns where it is. */
export async function lockEnd(tx: SqlTransaction): Promise<TraceEnd> {
  await tx.$queryRawUnsafe(`SELECT pg_advisory_xact_lock(hashtext('audit-log.end'))`);
  const [end] = await tx.$queryRawUnsafe<{ next: string; day: string | null }[]>(
    `SELECT coalesce((SELECT first_index + size FROM sequenced_batch ORDER BY first_index DESC LIMIT 1), 0)::text AS next,
            (SELECT max(day) FROM trace_day)::text AS day`,
  );
  return { next: Number(end?.next ?? 0), day: end?.day ?? null };
}

/** Begins a day with the entry at `firstIndex`. */
export async function openDay(tx: SqlTransaction, day: string, firstIndex: number): Promise<void> {
  await tx.$queryRawUnsafe('SELECT open_day($1::text::date, $2::bigint)', day, firstIndex);
}

/** Appends entries with consecutive indexes, all of one day, and their leaves. */
export async function appendEntries(
  tx: BulkTransaction,
  entries: readonly FiledEntry[],
  leaves: readonly Hash[],
  ingestedAt: Instant,
): Promise<void> {
  const rows = new BinaryRows(columns.length);
  for (const { day, index, salt, generation, eventAt, record } of entries)
    rows
      .row()
      .date(day)
      .int8(index)
      .bytes(salt)
      .text(record.topic)
      .int4(generation)
      .int4(record.partition)
      .int8(record.offset)
      .bytes(record.key)
      .bytes(headerBytes(record.headers))
      .bytes(record.value)
      .timestamptz(eventAt)
      .timestamptz(ingestedAt);
  await tx.copy('entry', columns, rows);
  await tx.$executeRawUnsafe(
    'INSERT INTO sequenced_batch (first_index, size, leaves) VALUES ($1, $2, $3)',
    entries[0]?.index,
    entries.length,
    joinHashes(leaves),
  );
}

const columns = [
  'day',
  'index',
  'salt',
  'topic',
  'generation',
  '"partition"',
  '"offset"',
  'key',
  'headers',
  'value',
  'event_at',
  'ingested_at',
];

/** A day that holds entries, and the first of them. */
export interface TraceDay {
  readonly day: string;
  readonly firstIndex: number;
}

/** The days that hold entries below `size`, in order. */
export async function daysBelow(tx: SqlTransaction, size: number): Promise<TraceDay[]> {
  const rows = await tx.$queryRawUnsafe<{ day: string; first: string }[]>(
    'SELECT day::text AS day, first_index::text AS first FROM trace_day WHERE first_index < $1::bigint ORDER BY day',
    size,
  );
  return rows.map(({ day, first }) => ({ day, firstIndex: Number(first) }));
}

interface EntryRow {
  readonly index: string;
  readonly salt: Uint8Array;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: Uint8Array | null;
  readonly headers: Uint8Array;
  readonly value: Uint8Array | null;
}

/** The entries `[from, until)` of a day, in order, at most `limit`. */
export async function entriesOf(
  tx: SqlTransaction,
  page: { readonly day: string; readonly from: number; readonly until: number; readonly limit: number },
): Promise<TraceEntry[]> {
  const rows = await tx.$queryRawUnsafe<EntryRow[]>(
    `SELECT index::text AS index, salt, topic, "partition", "offset"::text AS offset, key, headers, value
     FROM entry WHERE day = $1::text::date AND index >= $2::bigint AND index < $3::bigint ORDER BY entry.index LIMIT $4::int`,
    page.day,
    page.from,
    page.until,
    page.limit,
  );
  return rows.map(({ index, salt, topic, partition, offset, key, headers, value }) => ({
    index: Number(index),
    day: page.day,
    salt,
    record: { topic, partition, offset: Number(offset), key, headers: readHeaders(headers), value },
  }));
}
