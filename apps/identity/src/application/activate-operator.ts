import { operatorCredentialsChosen } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import { abandoned } from '@recapito/platform';
import type { Database } from '@recapito/database';
import type { SystemClock } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { busy } from '../domain/access.ts';
import type { AccessRefusal } from '../domain/access.ts';
import {
  activationVoid,
  breached,
  isActivationOpen,
  knownOfOperator,
  passwordsDiffer,
  usedBefore,
  wrongCode,
} from '../domain/operator.ts';
import type { ActivationRefusal, Operator } from '../domain/operator.ts';
import { judgePassword } from '../domain/password-policy.ts';
import type { PasswordRefusal } from '../domain/password-policy.ts';
import { inSession, isNotHashed } from '../hashing/hash-pool.ts';
import type { HashPool } from '../hashing/hash-pool.ts';
import { takeNumber } from '../persistence/access-account.store.ts';
import { findByActivation, lockActivation, passwordsOf, saveCredentials } from '../persistence/operator.store.ts';
import type { OperatorLogin } from '../persistence/operator.store.ts';
import type { PrismaClient, Tx } from '../persistence/tx.ts';
import type { BreachedPasswords } from '../programme/breached-passwords.ts';
import { stepOfCode } from '../secrets/one-time-codes.ts';
import { activationHash } from '../secrets/operator-secrets.ts';
import type { OperatorSecrets } from '../secrets/operator-secrets.ts';

/** What choosing credentials needs. */
export interface ActivationParts {
  readonly database: Database<PrismaClient>;
  readonly hashes: HashPool;
  readonly secrets: OperatorSecrets;
  readonly breached: BreachedPasswords;
  readonly system: SystemClock;
}

/** For whom a link chooses credentials, and the secret of the second factor that they will have. */
export interface OpenActivation {
  readonly operator: Operator;
  readonly factor: Buffer;
}

/**
 * What a link leads to. Refusal: `activation/void`.
 * @rule OPERATOR-ACTIVATION
 */
export async function readActivation(
  { database, secrets, system }: ActivationParts,
  token: string,
): Promise<OpenActivation | ActivationRefusal> {
  const operator = opened(await findByActivation(database.client, activationHash(token)), system.now());
  if (operator === null) return activationVoid();
  return { operator, factor: secrets.factor(operator.id, operator.factorVersion, operator.factorKey) };
}

export interface Activate {
  readonly token: string;
  readonly password: string;
  readonly again: string;
  readonly code: string;
  readonly at: Instant;
}

/**
 * Takes the password and the first code of the second factor that an operator chose by a link, which opens nothing from then
 * on.
 * Refusals: `activation/…`, `password/…`, `access/busy`.
 * @rule OPERATOR-ACTIVATION
 */
export async function activateOperator(
  parts: ActivationParts,
  { token, password, again, code, at }: Activate,
): Promise<Operator | ActivationRefusal | PasswordRefusal | AccessRefusal> {
  const { database, hashes, system } = parts;
  const open = await readActivation(parts, token);
  if (isRefusal(open)) return open;
  const { operator, factor } = open;
  if (password !== again) return passwordsDiffer();
  const refused = await judgeChoice(parts, operator, password);
  if (refused !== null) return refused;
  const step = stepOfCode(factor, code, system.now(), 0);
  if (step === null) return wrongCode();
  const hash = await hashes.hash(password, inSession(operator.id, abandoned()));
  if (isNotHashed(hash)) return busy();
  return await database.transaction(async (tx) => {
    const locked = opened(await lockActivation(tx, activationHash(token)), system.now());
    if (locked === null) return activationVoid();
    await keepCredentials(tx, locked, { hash, step }, { at, now: system.now() });
    return locked;
  });
}

/** Keeps what an operator chose, and publishes that it was chosen. @param time of the suite clock, and of the system clock */
export async function keepCredentials(
  tx: Tx,
  { id, name }: Operator,
  chosen: { readonly hash: string; readonly step: number },
  { at, now }: { readonly at: Instant; readonly now: Instant },
): Promise<void> {
  await saveCredentials(tx, id, chosen, now);
  const data = { operator: id, name };
  await append(tx, operatorCredentialsChosen, { key: id, sequence: await takeNumber(tx, id), time: at, data });
}

async function judgeChoice(
  parts: ActivationParts,
  operator: Operator,
  password: string,
): Promise<ActivationRefusal | PasswordRefusal | AccessRefusal | null> {
  return judgeWords(parts, operator, password) ?? (await judgeHistory(parts, operator, password));
}

/**
 * Whether an operator may have a password, by what it says. Refusals: those of `judgePassword`, `password/breached`.
 * @rule PASSWORD-BREACHED
 */
export function judgeWords(
  { breached: list }: Pick<ActivationParts, 'breached'>,
  operator: Operator,
  password: string,
): ActivationRefusal | PasswordRefusal | null {
  return judgePassword(password, null, knownOfOperator(operator)) ?? (list.has(password) ? breached() : null);
}

/**
 * Whether it is none of the operator’s last ones. Refusals: `password/used-before`, `access/busy`.
 * @rule PASSWORD-HISTORY
 */
export async function judgeHistory(
  { database, hashes }: Pick<ActivationParts, 'database' | 'hashes'>,
  operator: Operator,
  password: string,
): Promise<ActivationRefusal | AccessRefusal | null> {
  for (const hash of await passwordsOf(database.client, operator.id)) {
    const same = await hashes.verify(hash, password, inSession(operator.id, abandoned()));
    if (isNotHashed(same)) return busy();
    if (same) return usedBefore();
  }
  return null;
}

function opened(found: OperatorLogin | null, now: Instant): OperatorLogin | null {
  return found !== null && isActivationOpen(found.activationUntil, now) ? found : null;
}
