import type { TopicName } from '@recapito/contracts';
import { instant } from '@recapito/primitives';
import { headersOf } from '../records/codec.ts';
import type { FactHeaders } from '../records/codec.ts';
import { saveTailsSql } from '../restore/own-tails-rows.ts';
import { moveRepublicationSql, republishedRowsSql } from './republication.ts';
import type { RepublishedUpTo } from './republication.ts';

/** Facts read from the outbox, ready to be sent, in order. */
export interface OutboxBatch {
  readonly rows: readonly {
    readonly seq: string;
    readonly topic: TopicName;
    readonly key: string;
    readonly value: string;
    readonly headers: FactHeaders;
  }[];
  /** The batch was cut: there is more to read at once. */
  readonly more: boolean;
  /** These rows are published again. */
  readonly again?: RepublishedUpTo;
}

interface Row {
  seq: string;
  id: string;
  topic: TopicName;
  key: string;
  type: string;
  version: number;
  sequence: string;
  time: Date;
  traceparent: string;
  value: string;
  epoch: string;
  appended_at: Date;
  total: number;
}

/** A row, or its absence, and the number of the republication that it is sent for. */
export type FoundRow = (Row | { seq: null }) & { asked: string | null };

/** The batch that a result of `readSql` is. */
export function batchOf(found: readonly FoundRow[]): OutboxBatch {
  const rows = found.filter((row): row is Row & FoundRow => row.seq !== null);
  const more = rows[0] !== undefined && (rows[0].total === rowsAtOnce || rows.length < rows[0].total);
  const asked = found[0]?.asked ?? null;
  return {
    rows: rows.map(sendable),
    more: more || asked !== null,
    ...(asked !== null && { again: { asked, last: rows.at(-1)?.seq, done: !more } }),
  };
}

function sendable(row: Row): OutboxBatch['rows'][number] {
  const { seq, topic, key, value } = row;
  const time = instant(row.time.getTime());
  return {
    seq,
    topic,
    key,
    value,
    headers: headersOf({ ...row, time, appendedAt: instant(row.appended_at.getTime()) }),
  };
}

/** Rows of a batch, at most. */
export const rowsAtOnce = 500;
// The broker takes 1 MiB per partition and batch; all rows of a batch may be of one partition.
export const bytesAtOnce = 768 * 1024;
// What headers and framing add to a row, roughly.
const framing = 600;

// A row that alone is over the bound still goes, alone: append has seen to it that the broker takes it. The oldest are
// asked for in the order of their index, though the first column is NULL in all of them: only such a scan marks the
// entries of rows that were published since, and the next one steps over them.
// While topics are published again nothing else is read. The last join says so also when no row of them is left.
export const readSql = `
  SELECT seq::text, id::text, topic, key, type, version, sequence::text, time, traceparent, value, epoch::text,
         appended_at, total::int, asked::text
  FROM (
    SELECT *, sum(octet_length(value) + 2 * octet_length(key) + ${framing}) OVER (ORDER BY seq) AS upto,
           row_number() OVER (ORDER BY seq) AS nth, count(*) OVER () AS total
    FROM (
      (SELECT * FROM outbox WHERE published_at IS NULL AND NOT EXISTS (SELECT FROM republication)
       ORDER BY published_at, seq LIMIT $1::int)
      UNION ALL
      (${republishedRowsSql('$1::int')})) AS oldest) AS measured
  FULL JOIN (SELECT asked FROM republication) AS republication ON true
  WHERE upto IS NULL OR upto <= $2::int OR nth = 1
  ORDER BY measured.seq`;

export const markSql = `
  WITH tails AS (${saveTailsSql('$2', '$3', '$4')})
  UPDATE outbox SET published_at = clock_timestamp() WHERE seq = ANY($1::bigint[])`;

// A row that is published again keeps the day on which it will be deleted.
export const markAgainSql = `
  WITH tails AS (${saveTailsSql('$2', '$3', '$4')}), ${moveRepublicationSql('$5', '$6', '$7')}
  UPDATE outbox SET published_at = clock_timestamp() WHERE seq = ANY($1::bigint[]) AND published_at IS NULL`;
