import type { RunTransaction } from './sql.ts';

/** What a sweep took away. */
export interface Swept {
  readonly outbox: number;
  readonly inbox: number;
  readonly deadLetters: number;
}

/** Days for which published facts and closed dead letters are kept. */
export const keptDays = 60;

/**
 * Days for which claims are kept since their fact last came: for `keptDays` its row may be published again, and then its
 * record may wait as long to be read.
 * @rule INBOX-RENEWED
 */
const claimKeptDays = 2 * keptDays;

const batch = 1_000;

/**
 * Deletes published outbox rows and closed dead letters older than 60 days, and claims older than 120, a thousand at a time, each
 * thousand in a transaction of its own. Meant to be called daily; may run beside the traffic and beside itself.
 */
export async function sweep(transaction: RunTransaction): Promise<Swept> {
  return {
    outbox: await inBatches(transaction, outboxSql, keptDays),
    inbox: await inBatches(transaction, inboxSql, claimKeptDays),
    deadLetters: await inBatches(transaction, deadLetterSql, keptDays),
  };
}

async function inBatches(transaction: RunTransaction, sql: string, days: number): Promise<number> {
  let gone = 0;
  for (;;) {
    const [row] = await transaction((tx) => tx.$queryRawUnsafe<{ gone: number }[]>(sql, batch, days));
    gone += row?.gone ?? 0;
    if ((row?.gone ?? 0) < batch) return gone;
  }
}

const outboxSql = `
  WITH deleted AS (
    DELETE FROM outbox WHERE seq IN (
      SELECT seq FROM outbox WHERE published_at < clock_timestamp() - make_interval(days => $2::int)
      ORDER BY published_at LIMIT $1::int FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT count(*)::int AS gone FROM deleted`;

// The mark says from when on an unclaimed record can no longer be told from one whose claim was deleted.
const inboxSql = `
  WITH deleted AS (
    DELETE FROM inbox WHERE (consumer, topic, id) IN (
      SELECT consumer, topic, id FROM inbox WHERE claimed_at < clock_timestamp() - make_interval(days => $2::int)
      LIMIT $1::int FOR UPDATE SKIP LOCKED)
    RETURNING consumer, topic, claimed_at),
  marked AS (
    INSERT INTO inbox_sweep (consumer, topic, before)
    SELECT consumer, topic, max(claimed_at) FROM deleted GROUP BY consumer, topic
    ON CONFLICT (consumer, topic) DO UPDATE SET before = greatest(inbox_sweep.before, excluded.before))
  SELECT count(*)::int AS gone FROM deleted`;

const deadLetterSql = `
  WITH deleted AS (
    DELETE FROM dead_letter WHERE id IN (
      SELECT id FROM dead_letter WHERE closed_at < clock_timestamp() - make_interval(days => $2::int)
      ORDER BY id LIMIT $1::int FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT count(*)::int AS gone FROM deleted`;
