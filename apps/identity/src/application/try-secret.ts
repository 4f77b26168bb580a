import { accessTried, holderBlocked } from '@recapito/contracts';
import { instant, isRefusal } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { append } from '@recapito/messaging';
import { abandoned } from '@recapito/platform';
import type { Database, SystemClock } from '@recapito/platform';
import { blocked, busy, debit, denied, settle } from '../domain/access.ts';
import type { AccessAccount, AccessRefusal, AttemptOutcome, LockPolicy } from '../domain/access.ts';
import { bodyBoxes, credentialOf } from '../domain/credential.ts';
import type { Credential, Door } from '../domain/credential.ts';
import type { AccountTurns } from '../hashing/account-turns.ts';
import { isNotHashed } from '../hashing/hash-pool.ts';
import type { HashPool } from '../hashing/hash-pool.ts';
import {
  findAccount,
  lockAccount,
  nextOfAccount,
  saveAccount,
  saveDebit,
} from '../persistence/access-account.store.ts';
import { findLogin } from '../persistence/login.store.ts';
import type { Login, LoginKey } from '../persistence/login.store.ts';
import type { PrismaClient, Tx } from '../persistence/tx.ts';
import type { IdentitySecrets } from '../secrets/identity-secrets.ts';

/** What trying a secret needs beside the database: it spends processor time, so no transaction is open meanwhile. */
export interface AccessParts {
  readonly database: Database<PrismaClient>;
  readonly hashes: HashPool;
  readonly turns: AccountTurns;
  readonly secrets: IdentitySecrets;
  readonly policy: LockPolicy;
  readonly system: SystemClock;
  /** How long one attempt may wait, for its account and for its hash together. */
  readonly patienceMs: number;
}

/** Somebody shows a secret at a door. */
export interface Attempt {
  readonly key: LoginKey;
  /** The box that is to be opened belongs to this service; null at the portal, where the name alone decides. */
  readonly service: string | null;
  readonly secret: string;
  readonly door: Door;
  readonly at: Instant;
}

/** The secret is right: whose it is, and which one it was. */
export interface RightSecret {
  readonly holder: string;
  readonly credential: Exclude<Credential, { kind: 'none' }>;
  readonly login: Login;
}

/** What follows from the right secret, in the transaction in which the attempt is settled. */
export type Admit<Admitted, Refused extends Refusal> = (tx: Tx, right: RightSecret) => Promise<Admitted | Refused>;

/**
 * The one way in, for every door and every credential: find the name, debit the attempt, look at the secret, settle.
 * A name that nobody has costs the same hash and keeps the same kind of account; every failure has the same words.
 * Refusals: `access/denied`, `access/blocked`, `access/busy`, and those of `admit`.
 */
export async function trySecret<Admitted, Refused extends Refusal>(
  parts: AccessParts,
  attempt: Attempt,
  admit: Admit<Admitted, Refused>,
): Promise<Admitted | Refused | AccessRefusal> {
  const caller = patience(parts.patienceMs);
  const outcome = await parts.hashes.attempt(() => tryInside(parts, attempt, admit, caller), caller);
  return isNotHashed(outcome) ? busy() : outcome;
}

async function tryInside<Admitted, Refused extends Refusal>(
  parts: AccessParts,
  attempt: Attempt,
  admit: Admit<Admitted, Refused>,
  caller: AbortSignal,
): Promise<Admitted | Refused | AccessRefusal> {
  const { database, secrets } = parts;
  const stranger = secrets.strangersAccount(JSON.stringify(attempt.key));
  const login = await findLogin(database.client, attempt.key, stranger);
  const account = login.holder ?? stranger;
  const debited = await parts.turns.inTurn(account, caller, () =>
    debitInTurn(parts, account, login.account, attempt.at, caller),
  );
  if (debited === 'busy' || debited === 'gone') return busy();
  if (debited !== 'debited') return await tellBlocked(parts, login, attempt, debited.blockedUntil);

  const credential = credentialFor(login, attempt);
  const verdict = await judge(parts, credential, attempt.secret, caller);
  return await database.transaction((tx) =>
    conclude(tx, parts, { attempt, login, account, credential, verdict }, admit),
  );
}

/** Aborted when the caller has gone, and at the latest when nobody should be kept waiting any longer. */
function patience(milliseconds: number): AbortSignal {
  const gone = abandoned();
  const late = AbortSignal.timeout(milliseconds);
  return gone === undefined ? late : AbortSignal.any([late, gone]);
}

/** Debits the attempt as soon as the account has room for it. // ACCESS-DEBIT */
async function debitInTurn(
  { database, policy, system }: AccessParts,
  id: string,
  found: AccessAccount,
  at: Instant,
  caller: AbortSignal,
): Promise<'debited' | 'busy' | { blockedUntil: Instant }> {
  for (let account = found; !caller.aborted; account = await findAccount(database.client, id)) {
    const decision = debit(account, policy, at, instant(system.now()));
    if (decision === 'wait') await roomAgain();
    else if ('blockedUntil' in decision) return decision;
    else if (await saveDebit(database.client, id, account, decision.next)) return 'debited';
  }
  return 'busy';
}

const roomAgainMs = 20;

/** Whoever is first in the queue of an account looks again after a moment: outcomes may be written by other processes. */
async function roomAgain(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, roomAgainMs));
}

/** A name shown at the box of another service has no secret there. */
function credentialFor({ standing, service }: Login, attempt: Attempt): Credential {
  if (attempt.service !== null && attempt.service !== service) return { kind: 'none' };
  // The portal is for citizens: a body signs in at the doors of mail alone. // BODY-SECRET
  if (service === bodyBoxes && attempt.door === 'portal') return { kind: 'none' };
  return credentialOf(standing, attempt.door, attempt.at);
}

interface Verdict {
  readonly secret: 'right' | 'wrong' | 'not-judged';
  readonly hashes: 0 | 1;
}

/** Looks at the secret. Whatever is wrong with it, being wrong costs one hash. // ACCESS-SAME-TIME */
async function judge(
  { hashes, secrets }: AccessParts,
  credential: Credential,
  secret: string,
  caller: AbortSignal,
): Promise<Verdict> {
  const printed = printedSecret(credential, secrets);
  if (printed !== null && secrets.isPrinted(printed, secret)) return { secret: 'right', hashes: 0 };
  const outcome =
    'hash' in credential
      ? await hashes.verify(credential.hash, secret, caller)
      : await hashes.verifyNothing(secret, caller);
  if (typeof outcome !== 'boolean') return { secret: 'not-judged', hashes: 0 };
  return { secret: outcome ? 'right' : 'wrong', hashes: 1 };
}

function printedSecret(credential: Credential, secrets: IdentitySecrets): string | null {
  switch (credential.kind) {
    case 'first-access':
      return secrets.firstAccessPassword(credential.enrolment, credential.generation);
    case 'initial-pin':
      return secrets.initialPin(credential.pin);
    case 'personal-pin':
    case 'password':
    case 'none':
      return null;
  }
}

interface Judged {
  readonly attempt: Attempt;
  readonly login: Login;
  readonly account: string;
  readonly credential: Credential;
  readonly verdict: Verdict;
}

/** Settles the attempt and does what follows from it, in one transaction. Locks the account before the holder. */
async function conclude<Admitted, Refused extends Refusal>(
  tx: Tx,
  { policy }: AccessParts,
  { attempt, login, account, credential, verdict }: Judged,
  admit: Admit<Admitted, Refused>,
): Promise<Admitted | Refused | AccessRefusal> {
  const before = await lockAccount(tx, account);
  const answer = await follow(tx, login, credential, verdict, admit);
  const outcome = outcomeOf(answer);
  const next = settle(before, outcome, policy, attempt.at);
  const blockedNow = next.blockedUntil !== null && next.blockedUntil !== before.blockedUntil;
  const told = login.holder !== null && outcome !== 'returned';
  const facts = told ? (blockedNow ? 2 : 1) : 0;
  const sequence = await saveAccount(tx, account, next, { hashes: verdict.hashes, facts });
  if (!told || login.holder === null) return answer;
  await tell(tx, login.holder, sequence, attempt, isRefusal(answer) ? 'refused' : 'accepted');
  if (blockedNow) await tellBlock(tx, login.holder, sequence + 1, attempt.at, next.blockedUntil);
  return answer;
}

async function follow<Admitted, Refused extends Refusal>(
  tx: Tx,
  login: Login,
  credential: Credential,
  verdict: Verdict,
  admit: Admit<Admitted, Refused>,
): Promise<Admitted | Refused | AccessRefusal> {
  if (verdict.secret === 'not-judged') return busy();
  if (verdict.secret === 'wrong' || login.holder === null || credential.kind === 'none') return denied();
  return await admit(tx, { holder: login.holder, credential, login });
}

/** A right secret that meets another refusal (the window has ended) is no guess: it is not held against the holder. */
function outcomeOf(answer: unknown): AttemptOutcome {
  if (!isRefusal(answer)) return 'accepted';
  if (answer.refused === 'access/denied') return 'failed';
  return answer.refused === 'access/busy' ? 'returned' : 'accepted';
}

async function tellBlocked(
  { database }: AccessParts,
  { holder }: Login,
  attempt: Attempt,
  until: Instant,
): Promise<AccessRefusal> {
  if (holder !== null)
    await database.transaction(async (tx) => tell(tx, holder, await nextOfAccount(tx, holder), attempt, 'blocked'));
  return blocked(until);
}

async function tell(
  tx: Tx,
  holder: string,
  sequence: number,
  { door, key, at: time }: Attempt,
  outcome: 'accepted' | 'refused' | 'blocked',
): Promise<void> {
  const address = key.kind === 'address' ? key.address : null;
  await append(tx, accessTried, { key: holder, sequence, time, data: { holder, door, address, outcome } });
}

async function tellBlock(tx: Tx, holder: string, sequence: number, time: Instant, until: Instant): Promise<void> {
  await append(tx, holderBlocked, { key: holder, sequence, time, data: { holder, until } });
}
