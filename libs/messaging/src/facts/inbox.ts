import type { TopicName } from '@recapito/contracts';
import { movedSql, moveValues, PositionMoved } from '../positions/position-rows.ts';
import type { PositionMove } from '../positions/position-rows.ts';
import type { SqlTransaction } from '../sql.ts';

/** Why a record is kept whose id another one has. */
export const reusedId = 'another record was taken under the id of this one';

/** `fresh`: claimed now; `known`: claimed before; `other`: another record was claimed under this id. */
export type Claim = 'fresh' | 'known' | 'other';

/** What is claimed. */
export interface ClaimedFact {
  readonly topic: TopicName;
  /** `ce_id` */
  readonly id: string;
  /** SHA-256, as `factFingerprint` makes it. */
  readonly fingerprint: Uint8Array;
}

/**
 * Claims a fact for `consumer` in the transaction of its effect. The topic is the one that was read, never what the
 * message says of its source. A claim that another transaction holds is waited for; one that is met again is renewed,
 * so that it outlives the outbox row that was published again. // INBOX-RENEWED
 * @returns `fresh`, or do nothing: it took effect before. `other` is never the same fact, whatever its id says.
 */
export async function claim(
  tx: SqlTransaction,
  consumer: string,
  { topic, id, fingerprint }: ClaimedFact,
): Promise<Claim> {
  const [row] = await tx.$queryRawUnsafe<ClaimRow[]>(
    `INSERT INTO inbox (consumer, topic, id, fingerprint) VALUES ($1::text, $2::text, $3::uuid, $4::bytea)
     ON CONFLICT (consumer, topic, id) DO UPDATE SET claimed_at = clock_timestamp()
     RETURNING old.id IS NULL AS fresh, inbox.fingerprint AS fingerprint`,
    consumer,
    topic,
    id,
    fingerprint,
  );
  if (row === undefined) throw new Error('the inbox gave no row back');
  return claimOf(row, fingerprint);
}

interface ClaimRow {
  readonly fresh: boolean;
  /** Null in claims of earlier releases: such a claim is one all the same. */
  readonly fingerprint: Uint8Array | null;
}

function claimOf({ fresh, fingerprint }: ClaimRow, claimed: Uint8Array): Claim {
  if (fresh) return 'fresh';
  return fingerprint === null || Buffer.compare(fingerprint, claimed) === 0 ? 'known' : 'other'; // INBOX-REUSED-ID
}

/**
 * `mine`: claimed now; `seen`: took effect before; `behind`: claimed, but an earlier record of its key is kept back;
 * `late`: claimed, but its partition has held a record of a later epoch before it; `other`: its id is that of another
 * record.
 */
export type Turn = 'mine' | 'seen' | 'behind' | 'late' | 'other';

/** A record that a consumer claims. */
export interface ClaimedRecord {
  /** `ce_id` */
  readonly id: string;
  readonly key: string;
  readonly epoch: number;
}

/**
 * Moves the position to behind a record, claims its fact, and in the same round trip asks whether the record's key has
 * an open dead letter, and whether a record of a later epoch stood before it in its partition: then another life of the
 * writer's database has sent it. // EPOCH-LATE
 * @throws PositionMoved when another process has moved the position: nothing is claimed.
 */
export async function claimInTurn(tx: SqlTransaction, move: PositionMove, record: ClaimedRecord): Promise<Turn> {
  const { id, key, epoch } = record;
  const [row] = await tx.$queryRawUnsafe<(ClaimRow & { moved: boolean; behind: boolean; highest: string | null })[]>(
    `WITH ${movedSql},
     claimed AS (
       INSERT INTO inbox (consumer, topic, id, fingerprint)
       SELECT $1::text, $2::text, $8::uuid, $7::bytea FROM moved
       ON CONFLICT (consumer, topic, id) DO UPDATE SET claimed_at = clock_timestamp()
       RETURNING old.id IS NULL AS fresh, inbox.fingerprint AS fingerprint)
     SELECT EXISTS (SELECT FROM moved) AS moved,
            coalesce((SELECT fresh FROM claimed), false) AS fresh,
            (SELECT fingerprint FROM claimed) AS fingerprint,
            EXISTS (SELECT FROM dead_letter
                    WHERE consumer = $1::text AND topic = $2::text AND key = $9::text AND closed_at IS NULL) AS behind,
            (SELECT epoch::text FROM epoch_seen
             WHERE consumer = $1::text AND topic = $2::text AND "partition" = $3::int) AS highest`,
    ...moveValues(move),
    id,
    key,
  );
  if (!row?.moved) throw new PositionMoved();
  const claimed = claimOf(row, move.fingerprint);
  if (claimed !== 'fresh') return claimed === 'known' ? 'seen' : 'other';
  const highest = Number(row.highest ?? 0);
  if (epoch > highest) await noteEpoch(tx, move, epoch);
  if (row.behind) return 'behind';
  return epoch < highest ? 'late' : 'mine';
}

/** Once for each epoch and partition. */
async function noteEpoch(
  tx: SqlTransaction,
  { consumer, topic, partition }: PositionMove,
  epoch: number,
): Promise<void> {
  await tx.$executeRawUnsafe(
    `INSERT INTO epoch_seen AS known (consumer, topic, "partition", epoch)
     VALUES ($1::text, $2::text, $3::int, $4::bigint)
     ON CONFLICT (consumer, topic, "partition") DO UPDATE SET epoch = greatest(known.epoch, excluded.epoch)`,
    consumer,
    topic,
    partition,
    String(epoch),
  );
}
