import { isReadingsTopic } from '@recapito/contracts';
import type { SqlTransaction } from '@recapito/messaging';
import { namedIn } from '../domain/named-ids.ts';
import type { BulkTransaction } from './bulk-transactions.ts';
import type { FiledEntry } from './entry.store.ts';
import { tracedColumns, tracedFact } from './traced-fact.ts';
import type { TracedFact, TracedRow } from './traced-fact.ts';

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

/** The statement of a list: the newest first, below an index, at most `limit`. */
export const readingsNaming = `
  SELECT ${tracedColumns}
  FROM (SELECT index, day FROM named_reading WHERE named = $1::uuid AND index < $2::bigint
        ORDER BY index DESC LIMIT $3::int) AS named
  JOIN entry ON entry.day = named.day AND entry.index = named.index ORDER BY entry.index DESC`;

/** The readings that name an id. */
export async function readingsOf(
  tx: SqlTransaction,
  named: string,
  below: number,
  limit: number,
): Promise<TracedFact[]> {
  const rows = await tx.$queryRawUnsafe<TracedRow[]>(readingsNaming, named, below, limit);
  return rows.map(tracedFact);
}
