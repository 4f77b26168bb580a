import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { AccessAccount } from '../domain/access.ts';
import type { Tx } from './tx.ts';

/** The columns of an account as SQL gives them; all null where there is no row yet. */
export interface AccountRow {
  readonly failures: number | null;
  readonly debits: number | null;
  readonly debited_at: Date | null;
  readonly blocked_from: Date | null;
  readonly blocked_until: Date | null;
}

/** The account of attempts of a holder, or of a name that nobody has. */
export async function findAccount(tx: Tx, id: string): Promise<AccessAccount> {
  const [row] = await tx.$queryRaw<AccountRow[]>`
    SELECT failures, debits, debited_at, blocked_from, blocked_until FROM access_account WHERE id = ${id}::uuid`;
  return asAccount(row);
}

/**
 * Keeps a debit if the account still is what it was when that was decided. // ACCESS-DEBIT
 * @returns false when another attempt came first: decide anew.
 */
export async function saveDebit(tx: Tx, id: string, before: AccessAccount, next: AccessAccount): Promise<boolean> {
  const changed = await tx.$executeRaw`
    INSERT INTO access_account AS a (id, failures, debits, debited_at, blocked_from, blocked_until)
    VALUES (${id}::uuid, ${next.failures}, ${next.debits}, ${dated(next.debitedAt)}::timestamptz,
            ${dated(next.blockedFrom)}::timestamptz, ${dated(next.blockedUntil)}::timestamptz)
    ON CONFLICT (id) DO UPDATE
      SET failures = EXCLUDED.failures, debits = EXCLUDED.debits, debited_at = EXCLUDED.debited_at,
          blocked_from = EXCLUDED.blocked_from, blocked_until = EXCLUDED.blocked_until
      WHERE a.failures = ${before.failures} AND a.debits = ${before.debits}
        AND a.debited_at IS NOT DISTINCT FROM ${dated(before.debitedAt)}::timestamptz
        AND a.blocked_until IS NOT DISTINCT FROM ${dated(before.blockedUntil)}::timestamptz`;
  return changed === 1;
}

/** The account, with every other change to it ended. */
export async function lockAccount(tx: Tx, id: string): Promise<AccessAccount> {
  const [row] = await tx.$queryRaw<AccountRow[]>`
    SELECT failures, debits, debited_at, blocked_from, blocked_until
    FROM access_account WHERE id = ${id}::uuid FOR UPDATE`;
  return asAccount(row);
}

/** What is kept of an attempt beside the account itself. */
export interface Settlement {
  readonly hashes: number;
  /** How many facts follow: their numbers are taken here, in the same statement. */
  readonly facts: number;
}

/** Keeps a locked account. @returns the number of the first fact that follows, in the life of the account. */
export async function saveAccount(
  tx: Tx,
  id: string,
  next: AccessAccount,
  { hashes, facts }: Settlement,
): Promise<number> {
  const [row] = await tx.$queryRaw<{ sequence: number }[]>`
    UPDATE access_account
    SET failures = ${next.failures}, debits = ${next.debits}, hashes = hashes + ${hashes}, sequence = sequence + ${facts},
        blocked_from = ${dated(next.blockedFrom)}::timestamptz, blocked_until = ${dated(next.blockedUntil)}::timestamptz
    WHERE id = ${id}::uuid RETURNING sequence`;
  if (row === undefined) throw new Error('an account that was debited is gone');
  return row.sequence - facts + 1;
}

/** Takes the number of the next fact of an account that is not changed otherwise; its row is locked by this. */
export async function nextOfAccount(tx: Tx, id: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ sequence: number }[]>`
    INSERT INTO access_account AS a (id, sequence) VALUES (${id}::uuid, 1)
    ON CONFLICT (id) DO UPDATE SET sequence = a.sequence + 1 RETURNING sequence`;
  if (row === undefined) throw new Error('an account of attempts gave no number');
  return row.sequence;
}

/**
 * Ends the sessions that a holder has open at this moment of the system clock. @returns the number of the fact that
 * follows.
 */
export async function endSessions(tx: Tx, holder: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ sequence: number }[]>`
    INSERT INTO access_account AS a (id, sequence, sessions_ended_at) VALUES (${holder}::uuid, 1, clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET sequence = a.sequence + 1, sessions_ended_at = clock_timestamp() RETURNING sequence`;
  if (row === undefined) throw new Error('an account of attempts gave no number');
  return row.sequence;
}

/** When the sessions of a holder were last ended, in system milliseconds; undefined when they never were. */
export async function sessionsEndedMs(tx: Tx, holder: string): Promise<number | undefined> {
  const [row] = await tx.$queryRaw<{ at: Date | null }[]>`
    SELECT sessions_ended_at AS at FROM access_account WHERE id = ${holder}::uuid`;
  return row?.at?.getTime();
}

/** Counts hashes that a holder cost outside of an attempt: a new password, PIN or set of answers. */
export async function countHashes(tx: Tx, holder: string, hashes: number): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO access_account AS a (id, hashes) VALUES (${holder}::uuid, ${hashes})
    ON CONFLICT (id) DO UPDATE SET hashes = a.hashes + EXCLUDED.hashes`;
}

/** An account as rules see it. */
export function asAccount(row: AccountRow | undefined): AccessAccount {
  return {
    failures: row?.failures ?? 0,
    debits: row?.debits ?? 0,
    debitedAt: instantOf(row?.debited_at),
    blockedFrom: instantOf(row?.blocked_from),
    blockedUntil: instantOf(row?.blocked_until),
  };
}

function instantOf(date: Date | null | undefined): Instant | null {
  return date ? instant(date.getTime()) : null;
}

function dated(at: Instant | null): Date | null {
  return at === null ? null : new Date(at);
}
