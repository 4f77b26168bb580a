import type { SqlTransaction } from '@recapito/messaging';
import { formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { TreeHead } from '../domain/checkpoint.ts';
import type { LogBreakCause } from '../domain/published-log.ts';

/** The log whose checkpoints are signed. */
export interface CurrentLog {
  readonly origin: string;
  /** When it was declared, system time in milliseconds; 0 for the log that the configuration names. */
  readonly declared: number;
  /** Of its first checkpoint, among all that this database has signed. */
  readonly firstSequence: number;
  /** The heads at which the logs before it ended, newest first. */
  readonly follows: readonly TreeHead[];
}

interface FollowedRow {
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
}

/** The log that was declared last; the one that `name` names when none was. */
export async function currentLog(tx: SqlTransaction, name: string): Promise<CurrentLog> {
  const [row] = await tx.$queryRawUnsafe<
    { origin: string; declared: string; sequence: string; follows: readonly FollowedRow[] }[]
  >(
    `SELECT origin, declared::text AS declared, first_sequence::text AS sequence, follows
     FROM declared_log ORDER BY declared_log.declared DESC LIMIT 1`,
  );
  if (row === undefined) return { origin: name, declared: 0, firstSequence: 1, follows: [] };
  const follows = row.follows.map((each) => ({ ...each, root: Buffer.from(each.root, 'base64') }));
  return { origin: row.origin, declared: Number(row.declared), firstSequence: Number(row.sequence), follows };
}

/** Adds a log, which is the current one from now on. */
export async function addLog(
  tx: SqlTransaction,
  log: CurrentLog,
  decision: { readonly by: string; readonly reason: string; readonly at: Instant },
): Promise<void> {
  const follows = log.follows.map((each) => ({ ...each, root: Buffer.from(each.root).toString('base64') }));
  await tx.$executeRawUnsafe(
    `INSERT INTO declared_log (origin, declared, first_sequence, follows, declared_by, reason, declared_at)
     VALUES ($1::text, $2::bigint, $3::bigint, $4::json, $5::text, $6::text, $7::text::timestamptz)`,
    log.origin,
    log.declared,
    log.firstSequence,
    JSON.stringify(follows),
    decision.by,
    decision.reason,
    formatInstant(decision.at),
  );
}

/** Keeps that the tree does not fit a published checkpoint. @returns false when that was kept before. */
export async function saveLogBreak(
  tx: SqlTransaction,
  finding: string,
  cause: LogBreakCause,
  at: Instant,
): Promise<boolean> {
  const kept = await tx.$executeRawUnsafe(
    `INSERT INTO log_break (finding, cause, found_at) VALUES ($1::uuid, $2::text, $3::text::timestamptz)
     ON CONFLICT DO NOTHING`,
    finding,
    cause,
    formatInstant(at),
  );
  return kept === 1;
}

/** How many entries are sequenced, whether a checkpoint covers them or not. */
export async function sequencedEntries(tx: SqlTransaction): Promise<number> {
  const [row] = await tx.$queryRawUnsafe<{ entries: string }[]>(
    `SELECT coalesce((SELECT first_index + size FROM sequenced_batch ORDER BY first_index DESC LIMIT 1), 0)::text
       AS entries`,
  );
  return Number(row?.entries ?? 0);
}
