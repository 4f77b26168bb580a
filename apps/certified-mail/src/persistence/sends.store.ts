import { formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Tx } from './tx.ts';

/** From which instants on is counted what a box has sent. */
export interface SendsSince {
  /** The day in Rome; it ends at `until`, exclusive. */
  readonly day: { readonly from: Instant; readonly until: Instant };
  /** Exclusive; the last release of the box in its place, when that was later. */
  readonly messages: Instant;
  /** The same. */
  readonly recipients: Instant;
}

/** What a box has sent so far. */
export interface Sends {
  /** The hold that it is under. */
  readonly hold: string | null;
  /** Messages accepted on this day. */
  readonly today: number;
  /** Messages taken, whether accepted or refused by a notice. */
  readonly messages: number;
  /** Addresses that its accepted messages were for, each once, with those of the message at hand. */
  readonly recipients: number;
}

/** Lets the submissions of one sender be counted one after the other: each waits until the one before has committed. */
export async function lockSender(tx: Tx, sender: string): Promise<void> {
  await tx.$executeRawUnsafe(`SELECT pg_advisory_xact_lock(hashtextextended($1::text, 3116109))`, sender);
}

/** What a sender has sent, and whether it is held. @param addresses of the message at hand, which is not there yet. */
export async function sendsOf(
  tx: Tx,
  sender: string,
  { day, messages, recipients }: SendsSince,
  addresses: readonly string[],
): Promise<Sends> {
  const [row] = await tx.$queryRawUnsafe<Sends[]>(
    `WITH released AS (SELECT coalesce(max(released_at), '-infinity') AS at FROM sending_hold WHERE box = $1::text)
     SELECT (SELECT id::text FROM sending_hold WHERE open_box = $1::text) AS hold,
       (SELECT count(*)::int FROM submission
         WHERE sender = $1::text AND state <> 'refused' AND at >= $2::timestamptz AND at < $3::timestamptz) AS today,
       (SELECT count(*)::int FROM submission
         WHERE sender = $1::text AND at > greatest($4::timestamptz, (SELECT at FROM released))) AS messages,
       (SELECT count(*)::int FROM (
         SELECT address FROM recipient JOIN submission USING (identificativo)
           WHERE sender = $1::text AND submission.at > greatest($5::timestamptz, (SELECT at FROM released))
         UNION SELECT unnest($6::text[])) AS reached) AS recipients`,
    sender,
    formatInstant(day.from),
    formatInstant(day.until),
    formatInstant(messages),
    formatInstant(recipients),
    addresses,
  );
  if (row === undefined) throw new Error('nothing was counted');
  return row;
}
