import type { TopicName } from '@recapito/contracts';
import type { ReadFact } from './forgotten.ts';
import type { Tail } from './own-tails.ts';
import type { SqlTransaction } from '../sql.ts';

/** The tails as they were saved last. */
export async function savedTails(tx: SqlTransaction): Promise<Tail[]> {
  const rows = await tx.$queryRawUnsafe<{ topic: TopicName; partition: number; next: string }[]>(
    'SELECT topic, "partition", next::text AS next FROM relay_tail',
  );
  return rows.map(({ topic, partition, next }) => ({ topic, partition, next: BigInt(next) }));
}

/** Part of a statement: saves tails, given as arrays of topics, partitions and ends by these parameters. */
export const saveTailsSql = (topics: string, partitions: string, ends: string): string => `
  INSERT INTO relay_tail (topic, "partition", next)
  SELECT * FROM unnest(${topics}::text[], ${partitions}::int[], ${ends}::bigint[])
  ON CONFLICT (topic, "partition") DO UPDATE SET next = excluded.next`;

/** The values of `saveTailsSql`. */
export function tailColumns(tails: readonly Tail[]): [string[], number[], string[]] {
  return [
    tails.map(({ topic }) => topic),
    tails.map(({ partition }) => partition),
    tails.map(({ next }) => String(next)),
  ];
}

export async function saveTails(tx: SqlTransaction, tails: readonly Tail[]): Promise<void> {
  await tx.$executeRawUnsafe(saveTailsSql('$1', '$2', '$3'), ...tailColumns(tails));
}

/**
 * Has the newest state of each key published again where the last of these records is an earlier one: a relay that was
 * replaced has sent it too late, and compaction would keep it.
 * @param facts records of compacted topics whose ids the outbox knows, in the order of each partition.
 * @rule RELAY-OWN-TAILS
 */
export async function restateNewest(tx: SqlTransaction, facts: readonly ReadFact[]): Promise<void> {
  const last = new Map(facts.map(({ envelope }) => [`${envelope.topic} ${envelope.key}`, envelope]));
  if (last.size === 0) return;
  const seen = [...last.values()];
  await tx.$executeRawUnsafe(
    `UPDATE outbox SET published_at = NULL
     FROM (SELECT DISTINCT ON (outbox.topic, outbox.key) outbox.seq, outbox.id, seen.id AS seen
           FROM unnest($1::text[], $2::text[], $3::uuid[]) AS seen (topic, key, id)
           JOIN outbox ON outbox.topic = seen.topic AND outbox.key = seen.key
           ORDER BY outbox.topic, outbox.key, outbox.seq DESC) AS newest
     WHERE outbox.seq = newest.seq AND newest.id <> newest.seen AND outbox.published_at IS NOT NULL`,
    seen.map(({ topic }) => topic),
    seen.map(({ key }) => key),
    seen.map(({ id }) => id),
  );
}
