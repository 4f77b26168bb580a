import { formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { lockNamed } from './locks.ts';
import type { Tx } from './tx.ts';

/** What is to be counted of what a box has sent; what is null is not counted. */
export interface Wanted {
  /** Messages accepted on a day in Rome; it ends at `until`, exclusive. */
  readonly day: { readonly from: Instant; readonly until: Instant } | null;
  /** What was sent from an instant on, exclusive; the last release of the box in its place, when that was later. */
  readonly pace: {
    readonly messagesSince: Instant;
    readonly recipientsSince: Instant;
    /** Of the message at hand, which is not there yet. */
    readonly addresses: readonly string[];
  } | null;
}

/** What a box has sent so far. */
export interface Sends {
  /** The hold that it is under. */
  readonly hold: string | null;
  /** Messages accepted on the day. */
  readonly today: number;
  /** Messages taken, whether accepted or refused by a notice. */
  readonly messages: number;
  /** Addresses that its accepted messages were for, each once, with those of the message at hand. */
  readonly recipients: number;
}

/** Lets the submissions of one sender be counted one after the other: each waits until the one before has committed. */
export async function lockSender(tx: Tx, sender: string): Promise<void> {
  await lockNamed(tx, 'sender', sender);
}

/** What a sender has sent, and whether it is held. */
export async function sendsOf(tx: Tx, sender: string, { day, pace }: Wanted): Promise<Sends> {
  const [row] = await tx.$queryRawUnsafe<Sends[]>(
    `WITH released AS (SELECT coalesce(max(released_at), '-infinity') AS at FROM sending_hold WHERE box = $1::text)
     SELECT (SELECT id::text FROM sending_hold WHERE open_box = $1::text) AS hold,
       CASE WHEN $2::timestamptz IS NULL THEN 0 ELSE (SELECT count(*)::int FROM submission
         WHERE sender = $1::text AND state <> 'refused' AND at >= $2::timestamptz AND at < $3::timestamptz) END AS today,
       CASE WHEN $4::timestamptz IS NULL THEN 0 ELSE (SELECT count(*)::int FROM submission
         WHERE sender = $1::text AND at > greatest($4::timestamptz, (SELECT at FROM released))) END AS messages,
       CASE WHEN $5::timestamptz IS NULL THEN 0 ELSE (SELECT count(*)::int FROM (
         SELECT address FROM recipient JOIN submission USING (identificativo)
           WHERE sender = $1::text AND submission.at > greatest($5::timestamptz, (SELECT at FROM released))
         UNION SELECT unnest($6::text[])) AS reached) END AS recipients`,
    sender,
    day && formatInstant(day.from),
    day && formatInstant(day.until),
    pace && formatInstant(pace.messagesSince),
    pace && formatInstant(pace.recipientsSince),
    pace?.addresses ?? [],
  );
  if (row === undefined) throw new Error('nothing was counted');
  return row;
}
