import { after, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';

/** How often a holder may be wrong, and what follows: data of the installation. */
export interface LockPolicy {
  /** So many failures in a row shut every door. */
  readonly attempts: number;
  /** For so long, by the suite clock. */
  readonly blockMs: number;
  /** A debit older than this, by the system clock, belongs to a process that is gone. */
  readonly debitMs: number;
}

/** The account of attempts of one holder, over all doors and credentials. */
export interface AccessAccount {
  /** Failures since the last success. */
  readonly failures: number;
  /** Attempts that were debited and have no outcome yet. */
  readonly debits: number;
  /** When the last of them was debited, by the system clock. */
  readonly debitedAt: Instant | null;
  /** By the suite clock, half-open. */
  readonly blockedFrom: Instant | null;
  readonly blockedUntil: Instant | null;
}

export const freshAccount: AccessAccount = {
  failures: 0,
  debits: 0,
  debitedAt: null,
  blockedFrom: null,
  blockedUntil: null,
};

/** An attempt may go on to the hash, must wait for another's outcome, or meets a block. */
export type Debit = { readonly next: AccessAccount } | 'wait' | { readonly blockedUntil: Instant };

/**
 * Debits one attempt before its secret is looked at. // ACCESS-DEBIT
 * At most (attempts - failures) may be under way at a time, so that guessing in parallel is worth no more than guessing
 * in turn. Debits that a dead process left count as failures, save the one that would block: nobody heard an answer.
 * @param at the suite instant, for the block; @param now the system instant, for the age of debits.
 */
export function debit(account: AccessAccount, policy: LockPolicy, at: Instant, now: Instant): Debit {
  if (account.blockedUntil !== null && at < account.blockedUntil) return { blockedUntil: account.blockedUntil };
  const open =
    account.blockedUntil === null ? account : { ...account, failures: 0, blockedFrom: null, blockedUntil: null };
  const { failures, debits } = withoutAbandoned(open, policy, now);
  if (failures + debits >= policy.attempts) return 'wait';
  return { next: { ...open, failures, debits: debits + 1, debitedAt: now } };
}

/** `accepted` gives the debit back and forgets the failures; `returned` was never hashed; `failed` is kept. */
export type AttemptOutcome = 'accepted' | 'failed' | 'returned';

/** Settles a debited attempt. The failure that reaches the limit blocks the holder from that instant. // ACCESS-LOCK */
export function settle(
  account: AccessAccount,
  outcome: AttemptOutcome,
  policy: LockPolicy,
  at: Instant,
): AccessAccount {
  const debits = Math.max(0, account.debits - 1);
  switch (outcome) {
    case 'returned':
      return { ...account, debits };
    case 'accepted':
      return { ...account, debits, failures: 0 };
    case 'failed': {
      const failures = account.failures + 1;
      if (failures < policy.attempts || account.blockedUntil !== null) return { ...account, debits, failures };
      return { ...account, debits, failures, blockedFrom: at, blockedUntil: after(at, policy.blockMs) };
    }
  }
}

/** Nothing is held against the holder any more, by the act of the help desk. // ACCESS-LIFT */
export function lifted(account: AccessAccount): AccessAccount {
  return { ...account, failures: 0, blockedFrom: null, blockedUntil: null };
}

function withoutAbandoned(
  account: AccessAccount,
  policy: LockPolicy,
  now: Instant,
): { failures: number; debits: number } {
  const { failures, debits, debitedAt } = account;
  if (debits === 0 || debitedAt === null || now - debitedAt < policy.debitMs) return { failures, debits };
  return { failures: Math.max(failures, Math.min(failures + debits, policy.attempts - 1)), debits: 0 };
}

export type AccessRefusal = Refusal<'access/denied' | 'access/blocked' | 'access/busy'>;

/** The one answer to every failed log-in, whatever was wrong and whether or not the name exists. // ACCESS-SAME-WORDS */
export function denied(): AccessRefusal {
  return refuse('access/denied', 'ACCESS-SAME-WORDS', {
    it: 'Nome utente, password o PIN non validi.',
    en: 'User id, password or PIN not valid.',
  });
}

/** Too many wrong attempts; said of unknown names alike, which have an account of attempts too. */
export function blocked(until: Instant): AccessRefusal {
  return refuse(
    'access/blocked',
    'ACCESS-LOCK',
    {
      it: 'Troppi tentativi errati: l’accesso è bloccato per 24 ore. L’assistenza può sbloccarlo prima.',
      en: 'Too many wrong attempts: access is blocked for 24 hours. The help desk can lift the block earlier.',
    },
    { until },
  );
}

/** More log-ins at once than can be checked: nothing was judged, the same attempt may be made again. */
export function busy(): AccessRefusal {
  return refuse('access/busy', 'HASHING-BOUNDED', {
    it: 'Troppi accessi contemporanei: riprovare tra qualche secondo.',
    en: 'Too many log-ins at the same moment: try again in a few seconds.',
  });
}
