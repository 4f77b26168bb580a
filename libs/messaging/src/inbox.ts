import type { TopicName } from '@recapito/contracts';
import type { SqlTransaction } from './sql.ts';

/**
 * Claims a fact for `consumer` in the transaction of its effect. The topic is the one that was read, never what the
 * message says of its source.
 * @returns false when it took effect before: do nothing. A claim that another transaction holds is waited for.
 */
export async function claim(tx: SqlTransaction, consumer: string, topic: TopicName, id: string): Promise<boolean> {
  const made = await tx.$executeRawUnsafe(
    `INSERT INTO inbox (consumer, topic, id) VALUES ($1::text, $2::text, $3::uuid) ON CONFLICT DO NOTHING`,
    consumer,
    topic,
    id,
  );
  return made === 1;
}

/**
 * `mine`: claimed now; `seen`: took effect before; `behind`: claimed, but an earlier record of its key is kept back;
 * `late`: claimed, but its partition has held a record of a later epoch before it.
 */
export type Turn = 'mine' | 'seen' | 'behind' | 'late';

/** A record that a consumer claims. */
export interface ClaimedRecord {
  readonly topic: TopicName;
  readonly partition: number;
  /** `ce_id` */
  readonly id: string;
  readonly key: string;
  readonly epoch: number;
}

/**
 * `claim`, and in the same round trip whether the record's key has an open dead letter, and whether a record of a later
 * epoch stood before it in its partition: then another life of the writer's database has sent it. // EPOCH-LATE
 */
export async function claimInTurn(tx: SqlTransaction, consumer: string, record: ClaimedRecord): Promise<Turn> {
  const { topic, partition, id, key, epoch } = record;
  const [row] = await tx.$queryRawUnsafe<{ claimed: boolean; behind: boolean; highest: string | null }[]>(
    `WITH claimed AS (
       INSERT INTO inbox (consumer, topic, id) VALUES ($1::text, $2::text, $3::uuid) ON CONFLICT DO NOTHING RETURNING 1)
     SELECT EXISTS (SELECT FROM claimed) AS claimed,
            EXISTS (SELECT FROM dead_letter
                    WHERE consumer = $1::text AND topic = $2::text AND key = $4::text AND closed_at IS NULL) AS behind,
            (SELECT epoch::text FROM epoch_seen
             WHERE consumer = $1::text AND topic = $2::text AND "partition" = $5::int) AS highest`,
    consumer,
    topic,
    id,
    key,
    partition,
  );
  if (!row?.claimed) return 'seen';
  const highest = Number(row.highest ?? 0);
  if (epoch > highest) await noteEpoch(tx, consumer, record);
  if (row.behind) return 'behind';
  return epoch < highest ? 'late' : 'mine';
}

/** Once for each epoch and partition. */
async function noteEpoch(tx: SqlTransaction, consumer: string, record: ClaimedRecord): Promise<void> {
  await tx.$executeRawUnsafe(
    `INSERT INTO epoch_seen AS known (consumer, topic, "partition", epoch)
     VALUES ($1::text, $2::text, $3::int, $4::bigint)
     ON CONFLICT (consumer, topic, "partition") DO UPDATE SET epoch = greatest(known.epoch, excluded.epoch)`,
    consumer,
    record.topic,
    record.partition,
    String(record.epoch),
  );
}
