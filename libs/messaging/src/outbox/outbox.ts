import type { EventDefinition } from '@recapito/contracts';
import { formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { encodeData } from '../records/codec.ts';
import { currentTraceparent } from '../records/correlation.ts';
import { epochSql } from '../restore/epoch.ts';
import type { SqlTransaction } from '../sql.ts';

/** A fact to be published. */
export interface FactToTell<Data> {
  /** What it is about; facts of one key are read in the order in which they were appended. */
  readonly key: string;
  /** Position in the life of the aggregate, from 1, without gaps. */
  readonly sequence: number;
  /** The legal instant, by the suite clock. */
  readonly time: Instant;
  readonly data: Data;
  /**
   * A fact of another service led to it: after a restore that one is read again, and this one may have been published
   * before. It is then not published a second time.
   * @rule FORGOTTEN-TOLD-AGAIN
   */
  readonly again?: boolean;
}

const appendSql = `
  INSERT INTO outbox (topic, key, type, version, sequence, time, traceparent, value, epoch)
  SELECT $1::text, $2::text, $3::text, $4::int, $5::bigint, $6::timestamptz, $7::text, $8::text, ${epochSql}`;

/** Appends nothing when the same fact was published and forgotten: that one is known now. */
const appendAgainSql = `
  WITH told AS (
    UPDATE forgotten_fact SET closed_at = clock_timestamp(), outcome = 'rebuilt'
    WHERE id = (SELECT id FROM forgotten_fact
                WHERE topic = $1::text AND key = $2::text AND closed_at IS NULL AND type = $3::text AND value = $8::text
                ORDER BY "partition", "offset" LIMIT 1)
    RETURNING id),
  appended AS (${appendSql} WHERE NOT EXISTS (SELECT FROM told) RETURNING id)
  SELECT id::text FROM told UNION ALL SELECT id::text FROM appended`;

/**
 * Appends a fact to the outbox in the transaction of the change; the relay sends it once that has committed.
 * Call it after the row of the aggregate is locked: only then is the order of the rows that of the changes.
 * The row takes the epoch of the database, which cannot be raised before the transaction ends.
 * @returns the fact's id, `ce_id`.
 * @throws when the data break the contract or the record would be over 512 KiB: bugs, not refusals.
 * @rule EPOCH-WAITS
 */
export async function append<Data>(
  tx: SqlTransaction,
  definition: EventDefinition<Data>,
  fact: FactToTell<Data>,
): Promise<string> {
  if (!Number.isSafeInteger(fact.sequence) || fact.sequence < 1)
    throw new RangeError(`${fact.sequence} is no position in the life of an aggregate`);
  const [row] = await tx.$queryRawUnsafe<{ id: string }[]>(
    fact.again === true ? appendAgainSql : `${appendSql} RETURNING id::text`,
    definition.topic,
    fact.key,
    definition.type,
    definition.version,
    String(fact.sequence),
    formatInstant(fact.time),
    currentTraceparent(),
    encodeData(definition, fact.key, fact.data),
  );
  if (row === undefined) throw new Error('the outbox gave no id back');
  return row.id;
}

/**
 * `append` for an aggregate that counts its facts in a row of its own: the row is moved on, and locked from here to the
 * end of the transaction, in the same round trip.
 * @param counter an UPDATE of that row, `WHERE` its id is `$1::text`, the fact's key, which returns its next `sequence`;
 * a constant, so that the driver may prepare the whole.
 * @throws as `append` does, and when there is no such row.
 */
export async function appendNext<Data>(
  tx: SqlTransaction,
  definition: EventDefinition<Data>,
  counter: string,
  { key, time, data }: Omit<FactToTell<Data>, 'sequence'>,
): Promise<void> {
  const appended = await tx.$executeRawUnsafe(
    `WITH counted AS (${counter})
     INSERT INTO outbox (key, topic, type, version, sequence, time, traceparent, value, epoch)
     SELECT $1::text, $2::text, $3::text, $4::int, sequence, $5::timestamptz, $6::text, $7::text, ${epochSql}
     FROM counted`,
    key,
    definition.topic,
    definition.type,
    definition.version,
    formatInstant(time),
    currentTraceparent(),
    encodeData(definition, key, data),
  );
  if (appended !== 1) throw new Error(`${appended} rows count the facts of ${key}`);
}

/** How many committed facts are still to be published, at most, those to be published again among them: 0 when a service is quiet. */
export async function outboxPending(tx: SqlTransaction): Promise<number> {
  const [row] = await tx.$queryRawUnsafe<{ pending: number }[]>(
    `SELECT (count(*) + coalesce((SELECT greatest(1, last - next + 1) FROM republication), 0))::int AS pending
     FROM outbox WHERE published_at IS NULL`,
  );
  return row?.pending ?? 0;
}

/**
 * How long the oldest fact has waited to be published, in milliseconds by the database's clock; 0 when none waits. The
 * order of the rows is not that of their ages (transactions commit late): the oldest of the next thousand counts.
 */
export async function oldestPendingMs(tx: SqlTransaction): Promise<number> {
  const [row] = await tx.$queryRawUnsafe<{ age: number | null }[]>(
    `SELECT (extract(epoch FROM clock_timestamp() - min(appended_at)) * 1000)::float8 AS age
     FROM (SELECT appended_at FROM outbox WHERE published_at IS NULL ORDER BY published_at, seq LIMIT 1000) AS next`,
  );
  return Math.max(0, Math.round(row?.age ?? 0));
}
