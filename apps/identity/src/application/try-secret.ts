import { isRefusal } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import {
  blocked,
  blockedUntil,
  busy,
  denied,
  failed,
  secretLost,
  succeeded,
  withoutThePast,
} from '../domain/access.ts';
import type { AccessAccount, AccessRefusal, Block, LockPolicy } from '../domain/access.ts';
import { bodyBoxes, credentialOf, isMadeByUs, versionOf } from '../domain/credential.ts';
import type { Credential } from '../domain/credential.ts';
import type { HashTurn } from '../hashing/hash-pool.ts';
import { lockAccount, saveAccount } from '../persistence/access-account.store.ts';
import { findLogin } from '../persistence/login.store.ts';
import type { Login } from '../persistence/login.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { IdentitySecrets } from '../secrets/identity-secrets.ts';
import { inTurn } from './in-turn.ts';
import type { Tried } from './in-turn.ts';
import { stateAttempt } from './state-attempt.ts';
import type { AccessParts, Attempt } from './access-parts.ts';

/** The secret is right: whose it is, and which one it was. */
export interface RightSecret {
  readonly holder: string;
  readonly credential: Exclude<Credential, { kind: 'none' | 'lost' }>;
  readonly login: Login;
}

/** What follows from the right secret, in the transaction in which the attempt is settled. */
export type Admit<Admitted, Refused extends Refusal> = (tx: Tx, right: RightSecret) => Promise<Admitted | Refused>;

/**
 * The one way in, for every door and every credential: wait for a turn, find the name, look at the secret, and settle under
 * the lock of the account, in whose order the answers are decided: guesses at once are worth no more than guesses in turn.
 * A name that nobody has costs the same hash and the same statements and keeps the same kind of account; every failure has
 * the same words.
 * Refusals: `access/denied`, `access/blocked`, `access/busy`, `access/secret-lost`, and those of `admit`.
 * @rule ACCESS-SETTLED-IN-TURN
 */
export async function trySecret<Admitted, Refused extends Refusal>(
  parts: AccessParts,
  attempt: Attempt,
  admit: Admit<Admitted, Refused>,
): Promise<Admitted | Refused | AccessRefusal> {
  return await inTurn(parts, attempt.sources, (turn) => tryInside(parts, attempt, admit, turn));
}

async function tryInside<Admitted, Refused extends Refusal>(
  parts: AccessParts,
  attempt: Attempt,
  admit: Admit<Admitted, Refused>,
  turn: HashTurn,
): Promise<Tried<Admitted | Refused | AccessRefusal>> {
  const { database, secrets } = parts;
  const login = await findLogin(database.client, attempt.key);
  // Made for holders too: it takes time. @rule ACCESS-SAME-TIME
  const ofStranger = secrets.strangersAccount(JSON.stringify(attempt.key));
  const account = login.holder ?? ofStranger;
  const credential = credentialFor(login, attempt);
  const verdict = await judge(parts, credential, attempt.secret, turn);
  // What is known of the holder may be older than what they did. @rule ACCESS-FORGOTTEN
  if (verdict === 'not-judged' || login.forgotten) return { answer: busy(), right: false };
  const mac = secrets.guess(account, versionOf(credential), attempt.secret);
  return await database.transaction((tx) =>
    settle(tx, parts.policy, { attempt, login, account, credential, verdict, mac }, admit),
  );
}

/** A name shown at the box of another service has no secret there. */
function credentialFor({ standing, service }: Login, attempt: Attempt): Credential {
  if (attempt.service !== null && attempt.service !== service) return { kind: 'none' };
  // The portal is for citizens: a body signs in at the doors of mail alone. @rule BODY-SECRET
  if (service === bodyBoxes && attempt.door === 'portal') return { kind: 'none' };
  return credentialOf(standing, attempt.door, attempt.at);
}

interface Verdict {
  readonly right: boolean;
  readonly hashes: 0 | 1;
}

/**
 * Looks at the secret, blocked or not. Whatever is wrong with it, being wrong costs one hash.
 * @rule ACCESS-SAME-TIME
 */
async function judge(
  { hashes, secrets }: AccessParts,
  credential: Credential,
  secret: string,
  turn: HashTurn,
): Promise<Verdict | 'not-judged'> {
  const printed = printedSecret(credential, secrets);
  if (printed !== null && secrets.isPrinted(printed, secret)) return { right: true, hashes: 0 };
  const outcome =
    'hash' in credential
      ? await hashes.verify(credential.hash, secret, turn)
      : await hashes.verifyNothing(secret, turn);
  return typeof outcome === 'boolean' ? { right: outcome, hashes: 1 } : 'not-judged';
}

/** Null when nothing was printed, or the key is gone by which it could be made again. */
function printedSecret(credential: Credential, secrets: IdentitySecrets): string | null {
  switch (credential.kind) {
    case 'first-access':
      return secrets.firstAccessPassword(credential.enrolment, credential.generation, credential.keyId);
    case 'initial-pin':
      return secrets.initialPin(credential.pin, credential.keyId);
    case 'personal-pin':
    case 'password':
    case 'lost':
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
  readonly mac: string;
}

/** Settles the attempt and does what follows from it, in one transaction. Locks the account before the holder. */
async function settle<Admitted, Refused extends Refusal>(
  tx: Tx,
  policy: LockPolicy,
  judged: Judged,
  admit: Admit<Admitted, Refused>,
): Promise<Tried<Admitted | Refused | AccessRefusal>> {
  const { attempt, login, account, verdict } = judged;
  const { sources, at } = attempt;
  const before = withoutThePast(await lockAccount(tx, account), policy, at);
  const until = blockedUntil(before, sources, at);
  const admitted = await follow(tx, judged, until, admit);
  // A right secret that meets another refusal (the window has ended) is no guess: it is not held against the holder.
  const right = admitted !== null && !(isRefusal(admitted) && admitted.refused === 'access/denied');
  const { next, shut } = afterwards(before, right ? 'right' : until === null ? 'wrong' : 'blocked', judged, policy);
  const facts = shut === null ? 1 : 2;
  const sequence = await saveAccount(tx, account, next, { hashes: verdict.hashes, facts });
  const answer = right ? admitted : until === null ? answerToFailure(judged) : blocked(until);
  const outcome = !isRefusal(answer) ? 'accepted' : answer.refused === 'access/blocked' ? 'blocked' : 'refused';
  await stateAttempt(tx, { holder: login.holder, account, sequence, attempt, outcome, shut });
  return { answer, right };
}

/**
 * The answer to a secret that opens nothing. While holders are still to be registered again, whoever fails hears
 * "temporarily": a name that nobody has may be theirs, and must not differ from one that somebody has.
 * @rule ACCESS-FORGOTTEN
 */
export function answerToFailure({ credential, login }: Pick<Judged, 'credential' | 'login'>): AccessRefusal {
  if (login.holdersAwaited) return busy();
  return credential.kind === 'lost' ? secretLost() : denied();
}

/** What the right secret leads to; null when there is none, or none that counts now. */
async function follow<Admitted, Refused extends Refusal>(
  tx: Tx,
  { login, credential, verdict }: Judged,
  until: Instant | null,
  admit: Admit<Admitted, Refused>,
): Promise<Admitted | Refused | null> {
  if (!verdict.right || login.holder === null || credential.kind === 'none' || credential.kind === 'lost') return null;
  if (until !== null && !isMadeByUs(credential, login.service)) return null;
  return await admit(tx, { holder: login.holder, credential, login });
}

function afterwards(
  before: AccessAccount,
  outcome: 'right' | 'wrong' | 'blocked',
  { attempt, mac, credential }: Judged,
  policy: LockPolicy,
): { readonly next: AccessAccount; readonly shut: Block | null } {
  const { sources, at } = attempt;
  switch (outcome) {
    case 'right':
      return { next: succeeded(before, sources, at), shut: null };
    case 'blocked':
      return { next: before, shut: null };
    case 'wrong': {
      // Whatever is typed in the place of a lost secret is no guess.
      if (credential.kind === 'lost') return { next: before, shut: null };
      const { next, blocked: shut } = failed(before, { sources, mac, at }, policy);
      return { next, shut };
    }
  }
}
