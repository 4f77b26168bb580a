import { formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Tx } from './tx.ts';

/** Lets the submissions of one sender be counted one after the other: each waits until the one before has committed. */
export async function lockSender(tx: Tx, sender: string): Promise<void> {
  await tx.$executeRawUnsafe(`SELECT pg_advisory_xact_lock(hashtextextended($1::text, 3116109))`, sender);
}

/** How many messages of a sender were accepted from one instant on until another, which is not included. */
export async function acceptedBetween(tx: Tx, sender: string, from: Instant, until: Instant): Promise<number> {
  const [row] = await tx.$queryRawUnsafe<{ sent: number }[]>(
    `SELECT count(*)::int AS sent FROM submission
      WHERE sender = $1::text AND state <> 'refused' AND at >= $2::timestamptz AND at < $3::timestamptz`,
    sender,
    formatInstant(from),
    formatInstant(until),
  );
  return row?.sent ?? 0;
}
