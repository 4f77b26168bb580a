import { abandoned } from '@recapito/platform';
import type { Sources } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { busy } from '../domain/access.ts';
import type { AccessRefusal } from '../domain/access.ts';
import { notProved, unknownOperator } from '../domain/operator.ts';
import type { ActivationRefusal, OperatorRefusal } from '../domain/operator.ts';
import type { PasswordRefusal } from '../domain/password-policy.ts';
import { inSession, isNotHashed } from '../hashing/hash-pool.ts';
import { findOperator, lockOperator } from '../persistence/operator.store.ts';
import { endSessionsOf } from '../persistence/provider-record.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { judgeHistory, judgeWords, keepCredentials } from './activate-operator.ts';
import type { ActivationParts } from './activate-operator.ts';
import { signInOperator } from './sign-in-operator.ts';
import type { AccessParts } from './access-parts.ts';

export interface ChangeOperatorPassword {
  /** Of the operator whose session it is. */
  readonly name: string;
  /** The password that holds now, and a code of the second factor: whoever has found an open session has neither. */
  readonly current: string;
  readonly code: string;
  readonly password: string;
  readonly sources: Sources;
  readonly at: Instant;
}

type Refused = OperatorRefusal | ActivationRefusal | PasswordRefusal | AccessRefusal;

/**
 * An operator chooses another password. Password and code of now count as an attempt to sign in; the last passwords are looked at
 * after that, or an open session could be used to guess them. Every session of the operator ends with the old password.
 * Refusals: `operator/unknown`, `operator/not-proved`, `access/blocked`, `access/busy`, those of `judgeWords` and
 * `judgeHistory`.
 * @rule OPERATOR-PASSWORD
 */
export async function changeOperatorPassword(
  access: AccessParts,
  parts: ActivationParts,
  { name, current, code, password, sources, at }: ChangeOperatorPassword,
): Promise<{ readonly changed: true } | Refused> {
  const operator = await findOperator(parts.database.client, name);
  if (operator === null) return unknownOperator();
  const unfit = judgeWords(parts, operator, password);
  if (unfit !== null) return unfit;
  const proved = await signInOperator(access, parts.secrets, { name, password: current, code, sources, at });
  if (isRefusal(proved)) return proved.refused === 'access/denied' ? notProved() : proved;
  const used = await judgeHistory(parts, operator, password);
  if (used !== null) return used;
  const hash = await parts.hashes.hash(password, inSession(operator.id, abandoned()));
  if (isNotHashed(hash)) return busy();
  const change = { name, before: operator.passwordHash, hash, at, now: parts.system.now() };
  return await parts.database.transaction((tx) => keepPassword(tx, change));
}

interface KeepPassword {
  readonly name: string;
  /** What was proved: it has to hold under the lock, too. */
  readonly before: string | null;
  readonly hash: string;
  readonly at: Instant;
  readonly now: Instant;
}

async function keepPassword(
  tx: Tx,
  { name, before, hash, at, now }: KeepPassword,
): Promise<{ readonly changed: true } | OperatorRefusal> {
  const locked = await lockOperator(tx, name);
  if (locked?.state !== 'active' || locked.passwordHash !== before) return notProved();
  await endSessionsOf(tx, locked.id, null);
  await keepCredentials(tx, locked, { hash, step: locked.lastStep }, { at, now });
  return { changed: true };
}
