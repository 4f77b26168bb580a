import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { freshAccount } from '../domain/access.ts';
import type { AccessAccount, Block, Guess } from '../domain/access.ts';
import type { Tx } from './tx.ts';

/** The columns of an account as SQL gives them. */
interface AccountRow {
  /** [mac, instant, sources, familiar] */
  readonly guesses: [string, number, string[], boolean][];
  /** [source, from, until]; of all unfamiliar sources together in columns of their own. */
  readonly blocks: [string, number, number][];
  /** [source, instant] */
  readonly familiar: [string, number][];
  readonly blocked_from: Date | null;
  readonly blocked_until: Date | null;
}

/**
 * The account of a holder, or of a name that nobody has, with every other change to it ended. The first attempt makes its
 * row, by the same statement.
 */
export async function lockAccount(tx: Tx, id: string): Promise<AccessAccount> {
  const [row] = await tx.$queryRaw<AccountRow[]>`
    INSERT INTO access_account AS a (id) VALUES (${id}::uuid) ON CONFLICT (id) DO UPDATE SET id = a.id
    RETURNING guesses, blocks, familiar, blocked_from, blocked_until`;
  if (row === undefined) throw new Error('an account of attempts gave no row');
  return asAccount(row);
}

/** The account of a holder as it stands, locked by nobody; a fresh one where nothing was tried yet. */
export async function findAccount(tx: Tx, id: string): Promise<AccessAccount> {
  const [row] = await tx.$queryRaw<AccountRow[]>`
    SELECT guesses, blocks, familiar, blocked_from, blocked_until FROM access_account WHERE id = ${id}::uuid`;
  return row === undefined ? freshAccount : asAccount(row);
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
  const unfamiliar = next.blocks.find(({ source }) => source === null);
  const [row] = await tx.$queryRaw<{ sequence: number }[]>`
    UPDATE access_account
    SET guesses = ${JSON.stringify(next.guesses.map(guessRow))}::jsonb,
        blocks = ${JSON.stringify(next.blocks.flatMap(blockRow))}::jsonb,
        familiar = ${JSON.stringify(next.familiar.map(({ source, at }) => [source, at]))}::jsonb,
        blocked_from = ${dated(unfamiliar?.from)}::timestamptz, blocked_until = ${dated(unfamiliar?.until)}::timestamptz,
        hashes = hashes + ${hashes}, sequence = sequence + ${facts}
    WHERE id = ${id}::uuid RETURNING sequence`;
  if (row === undefined) throw new Error('an account that was locked is gone');
  return row.sequence - facts + 1;
}

/**
 * Ends the sessions that a holder has open at this moment of the system clock.
 * @param kept the one that goes on.
 * @returns the number of the fact that follows.
 */
export async function endSessions(tx: Tx, holder: string, kept: string | null = null): Promise<number> {
  const [row] = await tx.$queryRaw<{ sequence: number }[]>`
    INSERT INTO access_account AS a (id, sequence, sessions_ended_at, session_kept)
    VALUES (${holder}::uuid, 1, clock_timestamp(), ${kept}::uuid)
    ON CONFLICT (id) DO UPDATE SET sequence = a.sequence + 1, sessions_ended_at = clock_timestamp(),
      session_kept = ${kept}::uuid
    RETURNING sequence`;
  if (row === undefined) throw new Error('an account of attempts gave no number');
  return row.sequence;
}

/** Takes the number of a fact that follows in the life of an account, and touches nothing else of it. */
export async function takeNumber(tx: Tx, id: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ sequence: number }[]>`
    INSERT INTO access_account AS a (id, sequence) VALUES (${id}::uuid, 1)
    ON CONFLICT (id) DO UPDATE SET sequence = a.sequence + 1 RETURNING sequence`;
  if (row === undefined) throw new Error('an account of attempts gave no number');
  return row.sequence;
}

/** When a holder's sessions, this one among them, were last ended, in system milliseconds; undefined when they never were. */
export async function sessionsEndedMs(tx: Tx, holder: string, session: string): Promise<number | undefined> {
  const [row] = await tx.$queryRaw<{ at: Date | null }[]>`
    SELECT sessions_ended_at AS at FROM access_account
    WHERE id = ${holder}::uuid AND session_kept IS DISTINCT FROM ${session}::uuid`;
  return row?.at?.getTime();
}

/** Counts hashes that a holder cost outside of an attempt: a new password, PIN or set of answers. */
export async function countHashes(tx: Tx, holder: string, hashes: number): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO access_account AS a (id, hashes) VALUES (${holder}::uuid, ${hashes})
    ON CONFLICT (id) DO UPDATE SET hashes = a.hashes + EXCLUDED.hashes`;
}

function asAccount({ guesses, blocks, familiar, blocked_from: from, blocked_until: until }: AccountRow): AccessAccount {
  const unfamiliar =
    from === null || until === null
      ? []
      : [{ source: null, from: instant(from.getTime()), until: instant(until.getTime()) }];
  return {
    guesses: guesses.map(([mac, at, sources, known]) => ({ mac, at: instant(at), sources, familiar: known })),
    blocks: [
      ...unfamiliar,
      ...blocks.map(([source, start, end]) => ({ source, from: instant(start), until: instant(end) })),
    ],
    familiar: familiar.map(([source, at]) => ({ source, at: instant(at) })),
  };
}

function guessRow({ mac, at, sources, familiar }: Guess): AccountRow['guesses'][number] {
  return [mac, at, [...sources], familiar];
}

function blockRow({ source, from, until }: Block): AccountRow['blocks'] {
  return source === null ? [] : [[source, from, until]];
}

function dated(at: Instant | undefined): Date | null {
  return at === undefined ? null : new Date(at);
}
