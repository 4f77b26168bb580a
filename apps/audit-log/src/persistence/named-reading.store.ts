import { isReadingsTopic } from '@recapito/contracts';
import type { SqlTransaction } from '@recapito/messaging';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { readHeaders } from '../domain/leaf.ts';
import { namedIn } from '../domain/named-ids.ts';
import type { BulkTransaction } from './bulk-transactions.ts';
import type { FiledEntry } from './entry.store.ts';

/**
 * Files the entries of readings under the ids that they name, so that those of one person are found.
 * @rule TRACE-READINGS
 */
export async function fileReadings(tx: BulkTransaction, entries: readonly FiledEntry[]): Promise<void> {
  const named = entries
    .filter(({ record }) => isReadingsTopic(record.topic))
    .flatMap(({ day, index, record }) => namedIn(record.value).map((id) => ({ id, day, index })));
  if (named.length === 0) return;
  await tx.$executeRawUnsafe(
    `INSERT INTO named_reading (named, index, day)
     SELECT * FROM unnest($1::text[]::uuid[], $2::bigint[], $3::text[]::date[])`,
    named.map(({ id }) => id),
    named.map(({ index }) => index),
    named.map(({ day }) => day),
  );
}

/** An entry of a reading, as far as it is shown in a list. */
export interface NamedReading {
  readonly index: number;
  readonly day: string;
  readonly topic: string;
  /** `ce_type` */
  readonly type: string;
  /** By the suite clock. */
  readonly at: Instant | null;
  /** The data as JSON. */
  readonly value: string;
}

interface ReadingRow {
  readonly index: string;
  readonly day: string;
  readonly topic: string;
  readonly headers: Uint8Array;
  readonly at: Date | null;
  readonly value: Uint8Array;
}

/** The statement of a list: the newest first, below an index, at most `limit`. */
export const readingsNaming = `
  SELECT entry.index::text AS index, entry.day::text AS day, topic, headers, event_at AS at, value
  FROM (SELECT index, day FROM named_reading WHERE named = $1::uuid AND index < $2::bigint
        ORDER BY index DESC LIMIT $3::int) AS named
  JOIN entry ON entry.day = named.day AND entry.index = named.index ORDER BY entry.index DESC`;

/** The readings that name an id. */
export async function readingsOf(
  tx: SqlTransaction,
  named: string,
  below: number,
  limit: number,
): Promise<NamedReading[]> {
  const rows = await tx.$queryRawUnsafe<ReadingRow[]>(readingsNaming, named, below, limit);
  return rows.map(({ index, headers, at, value, ...row }) => ({
    ...row,
    index: Number(index),
    type: typeIn(headers),
    at: at === null ? null : instant(at.getTime()),
    value: Buffer.from(value).toString('utf8'),
  }));
}

function typeIn(headers: Uint8Array): string {
  const [, type] = readHeaders(headers).find(([name]) => name === 'ce_type') ?? [];
  return type ? Buffer.from(type).toString('utf8') : '';
}
