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

/** `mine`: claimed now; `seen`: took effect before; `behind`: claimed, but an earlier record of its key is kept back. */
export type Turn = 'mine' | 'seen' | 'behind';

/** `claim`, and in the same round trip whether the record's key has an open dead letter. */
export async function claimInTurn(
  tx: SqlTransaction,
  consumer: string,
  topic: TopicName,
  id: string,
  key: string,
): Promise<Turn> {
  const [row] = await tx.$queryRawUnsafe<{ claimed: boolean; behind: boolean }[]>(
    `WITH claimed AS (
       INSERT INTO inbox (consumer, topic, id) VALUES ($1::text, $2::text, $3::uuid) ON CONFLICT DO NOTHING RETURNING 1)
     SELECT EXISTS (SELECT FROM claimed) AS claimed,
            EXISTS (SELECT FROM dead_letter
                    WHERE consumer = $1::text AND topic = $2::text AND key = $4::text AND closed_at IS NULL) AS behind`,
    consumer,
    topic,
    id,
    key,
  );
  if (!row?.claimed) return 'seen';
  return row.behind ? 'behind' : 'mine';
}
