import type { TopicName } from '@recapito/contracts';
import { movedSql, moveValues, PositionMoved } from '../positions/position-rows.ts';
import type { PositionMove } from '../positions/position-rows.ts';
import type { SqlTransaction } from '../sql.ts';

/** Why a record is kept whose id another one has. */
export const reusedId = 'another record was taken under the id of this one';

/** Why a record is kept that another life of its writer's database has sent. Only a word for itself lets it take effect. */
export const lateEpoch = 'the record is of an earlier epoch than one before it in its partition';

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
 * so that it outlives the outbox row that was published again.
 * @returns `fresh`, or do nothing: it took effect before. `other` is never the same fact, whatever its id says.
 * @rule INBOX-RENEWED
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
  return fingerprint === null || Buffer.compare(fingerprint, claimed) === 0 ? 'known' : 'other'; // @rule INBOX-REUSED-ID
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
  /** SHA-256, as `factFingerprint` makes it. */
  readonly fingerprint: Buffer;
}

interface TurnRow extends ClaimRow {
  readonly id: string;
  readonly behind: boolean;
  readonly highest: string | null;
}

/**
 * Moves the position to behind the last of some records, claims their facts, and in the same round trip asks which of
 * them have an open dead letter under their key, and whether a record of a later epoch stood before them in their
 * partition: then another life of the writer's database has sent them.
 * @param records in their order, no two with the same id
 * @param lockWaitMs how long each later statement of the transaction waits for a lock; 0: without limit
 * @returns the turn of each
 * @throws PositionMoved when another process has moved the position: nothing is claimed.
 * @rule EPOCH-LATE
 */
export async function claimInTurn(
  tx: SqlTransaction,
  move: PositionMove,
  records: readonly ClaimedRecord[],
  lockWaitMs: number,
): Promise<Turn[]> {
  const rows = await tx.$queryRawUnsafe<TurnRow[]>(
    claimSql,
    ...moveValues(move),
    records.map(({ id }) => id),
    records.map(({ fingerprint }) => fingerprint.toString('hex')),
    records.map(({ key }) => key),
    String(lockWaitMs),
  );
  if (rows.length === 0) throw new PositionMoved();
  const claims = new Map(rows.map((row) => [row.id, row]));
  let highest = Number(rows[0]?.highest ?? 0);
  const before = highest;
  const turns = records.map((record): Turn => {
    const row = claims.get(record.id);
    if (row === undefined) throw new Error('the inbox gave no row back');
    const claimed = claimOf(row, record.fingerprint);
    if (claimed !== 'fresh') return claimed === 'known' ? 'seen' : 'other';
    const late = record.epoch < highest;
    highest = Math.max(highest, record.epoch);
    // Also behind a dead letter: what waits there takes effect by itself once that one has.
    if (late) return 'late';
    return row.behind ? 'behind' : 'mine';
  });
  if (highest > before) await noteEpoch(tx, move, highest);
  return turns;
}

const claimSql = `
  WITH ${movedSql},
  asked AS (
    SELECT id, decode(hex, 'hex') AS fingerprint, key
    FROM unnest($8::uuid[], $9::text[], $10::text[]) AS those (id, hex, key)),
  claimed AS (
    INSERT INTO inbox (consumer, topic, id, fingerprint)
    SELECT $1::text, $2::text, asked.id, asked.fingerprint FROM asked, moved
    ON CONFLICT (consumer, topic, id) DO UPDATE SET claimed_at = clock_timestamp()
    RETURNING inbox.id, old.id IS NULL AS fresh, inbox.fingerprint)
  SELECT claimed.id::text AS id, claimed.fresh, claimed.fingerprint,
         EXISTS (SELECT FROM dead_letter
                 WHERE consumer = $1::text AND topic = $2::text AND key = asked.key AND closed_at IS NULL) AS behind,
         (SELECT epoch::text FROM epoch_seen
          WHERE consumer = $1::text AND topic = $2::text AND "partition" = $3::int) AS highest,
         (SELECT set_config('lock_timeout', $11::text, true)) AS "lockTimeout"
  FROM claimed JOIN asked ON asked.id = claimed.id`;

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
