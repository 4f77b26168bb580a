import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Tx } from '../tx.ts';

/** A try that is due, or will be within the time asked for. */
export interface DueTry {
  readonly id: string;
  /** How far the communication has come, and tries since: with the id they name this one. */
  readonly sequence: number;
  readonly attempts: number;
  /** Milliseconds of the system clock until it is due; negative when it was. */
  readonly inMs: number;
}

/** The tries that fall due within `withinMs`, the longest due first. */
export async function dueWithin(tx: Tx, withinMs: number, limit: number): Promise<DueTry[]> {
  return tx.$queryRaw<DueTry[]>`
    SELECT id::text, sequence, attempts,
           ceil(extract(epoch FROM next_try_at - clock_timestamp()) * 1000)::int AS "inMs"
      FROM communication
     WHERE next_try_at <= clock_timestamp() + make_interval(secs => ${withinMs / 1000})
     ORDER BY next_try_at LIMIT ${limit}`;
}

/** The suite instant since which we owe somebody something; null when we owe nothing. */
export async function owedSince(tx: Tx): Promise<Instant | null> {
  const [row] = await tx.$queryRaw<{ since: Date | null }[]>`
    SELECT min(asked_at) AS since FROM communication WHERE next_try_at IS NOT NULL`;
  return row?.since ? instant(row.since.getTime()) : null;
}
