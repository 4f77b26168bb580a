import { operatorBlocked, operatorTried } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { Sources } from '@recapito/platform';
import { derivedId } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { blocked, blockedUntil, busy, failed, succeeded, withoutThePast } from '../domain/access.ts';
import type { AccessAccount, AccessRefusal, Block } from '../domain/access.ts';
import { operatorDenied } from '../domain/operator.ts';
import type { HashTurn } from '../hashing/hash-pool.ts';
import { lockAccount, saveAccount } from '../persistence/access-account.store.ts';
import { findOperator, takeStep } from '../persistence/operator.store.ts';
import type { OperatorLogin } from '../persistence/operator.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { stepOfCode } from '../secrets/one-time-codes.ts';
import type { OperatorSecrets } from '../secrets/operator-secrets.ts';
import { inTurn } from './in-turn.ts';
import type { Tried } from './in-turn.ts';
import type { AccessParts } from './access-parts.ts';

/** An operator shows user name, password and the code of the second factor, all at once. */
export interface OperatorSignIn {
  readonly name: string;
  readonly password: string;
  readonly code: string;
  readonly sources: Sources;
  readonly at: Instant;
}

/** Who signed in. */
export interface OperatorSignedIn {
  readonly operator: string;
}

interface Judged {
  readonly attempt: OperatorSignIn;
  /** Null when nobody has the name, or the account has no credentials now. */
  readonly operator: OperatorLogin | null;
  /** The account of attempts. */
  readonly account: string;
  readonly isPasswordRight: boolean;
  /** Of the code, when it is right. */
  readonly step: number | null;
  readonly mac: string;
}

/**
 * Signs an operator in. Password and code are judged together, so that nobody learns that one of them was right; a name that
 * nobody has costs the same and keeps an account of attempts too. Limits are those of holders.
 * Refusals: `access/denied`, `access/blocked`, `access/busy`.
 * @rule OPERATOR-SECOND-FACTOR
 */
export async function signInOperator(
  parts: AccessParts,
  secrets: OperatorSecrets,
  attempt: OperatorSignIn,
): Promise<OperatorSignedIn | AccessRefusal> {
  return await inTurn(parts, attempt.sources, (turn) => tryInside(parts, secrets, attempt, turn));
}

async function tryInside(
  parts: AccessParts,
  secrets: OperatorSecrets,
  attempt: OperatorSignIn,
  turn: HashTurn,
): Promise<Tried<OperatorSignedIn | AccessRefusal>> {
  const { database, hashes, policy } = parts;
  const found = await findOperator(database.client, attempt.name);
  const operator = found?.state === 'active' && found.passwordHash !== null ? found : null;
  // Made for operators too: it takes time. @rule ACCESS-SAME-TIME
  const ofStranger = derivedId('operator', parts.secrets.strangersAccount(`operator ${attempt.name}`));
  const account = found?.id ?? ofStranger;
  const { password, code } = attempt;
  const known = operator?.passwordHash ?? null;
  const isPasswordRight = await (known === null
    ? hashes.verifyNothing(password, turn)
    : hashes.verify(known, password, turn));
  if (typeof isPasswordRight !== 'boolean') return { answer: busy(), right: false };
  const factor = secrets.factor(account, operator?.factorVersion ?? 0, operator?.factorKey ?? null);
  const step = stepOfCode(factor, code, parts.system.now(), operator?.lastStep ?? 0);
  const mac = parts.secrets.guess(account, known ?? '', JSON.stringify([password, code]));
  const judged = { attempt, operator, account, isPasswordRight, step, mac };
  return await database.transaction((tx) => settle(tx, policy, judged, found?.name ?? null));
}

/**
 * Decides under the lock of the account, in whose order attempts are judged.
 * @rule ACCESS-SETTLED-IN-TURN
 */
async function settle(
  tx: Tx,
  policy: AccessParts['policy'],
  judged: Judged,
  name: string | null,
): Promise<Tried<OperatorSignedIn | AccessRefusal>> {
  const { attempt, operator, account, isPasswordRight, step, mac } = judged;
  const { sources, at } = attempt;
  const before = withoutThePast(await lockAccount(tx, account), policy, at);
  const until = blockedUntil(before, sources, at);
  // The statement is made for every attempt: it takes time. @rule ACCESS-SAME-TIME
  const isFresh = await takeStep(tx, account, until === null && isPasswordRight ? (step ?? 0) : 0);
  const right = operator !== null && isFresh;
  const outcome = right ? 'accepted' : until === null ? 'refused' : 'blocked';
  const { next, shut } = afterwards(before, outcome, { sources, at, mac }, policy);
  const facts = shut === null ? 1 : 2;
  const sequence = await saveAccount(tx, account, next, { hashes: 1, facts });
  await publish(tx, { account, name, sequence, at, outcome, shut });
  const answer = right ? { operator: operator.id } : until === null ? operatorDenied() : blocked(until);
  return { answer, right };
}

type Outcome = 'accepted' | 'refused' | 'blocked';

function afterwards(
  before: AccessAccount,
  outcome: Outcome,
  { sources, at, mac }: { readonly sources: Sources; readonly at: Instant; readonly mac: string },
  policy: AccessParts['policy'],
): { readonly next: AccessAccount; readonly shut: Block | null } {
  switch (outcome) {
    case 'accepted':
      return { next: succeeded(before, sources, at), shut: null };
    case 'blocked':
      return { next: before, shut: null };
    case 'refused': {
      const { next, blocked: shut } = failed(before, { sources, mac, at }, policy);
      return { next, shut };
    }
  }
}

interface Published {
  readonly account: string;
  /** Null when nobody has the name. */
  readonly name: string | null;
  readonly sequence: number;
  readonly at: Instant;
  readonly outcome: Outcome;
  readonly shut: Block | null;
}

async function publish(tx: Tx, { account, name, sequence, at: time, outcome, shut }: Published): Promise<void> {
  const who = { operator: name === null ? null : account, name };
  await append(tx, operatorTried, { key: account, sequence, time, data: { ...who, outcome } });
  if (shut === null) return;
  const whom = shut.source === null ? ('unfamiliar-sources' as const) : ('one-source' as const);
  const data = { ...who, until: shut.until, whom };
  await append(tx, operatorBlocked, { key: account, sequence: sequence + 1, time, data });
}
