import { randomUUID } from 'node:crypto';
import { operatorAdded, operatorCredentialsReset } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import { after } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { activationMs, nameTaken, operatorDisabled, unknownOperator, unknownRole } from '../domain/operator.ts';
import type { OperatorRefusal } from '../domain/operator.ts';
import { takeNumber } from '../persistence/access-account.store.ts';
import { insertOperator, lockOperator, resetCredentials } from '../persistence/operator.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { newActivation } from '../secrets/operator-secrets.ts';

/** Who asks for a change, and when: by the suite clock, and by the system clock for what expires. */
export interface Change {
  readonly by: string;
  readonly at: Instant;
  readonly now: Instant;
}

/** A change that leads to credentials, and the key that makes the second factor among them. */
export interface NewCredentials extends Change {
  readonly factorKey: string;
}

/** A link by which somebody chooses credentials; its token is kept nowhere. */
export interface Activation {
  readonly token: string;
  /** System clock. */
  readonly until: Instant;
}

/**
 * Gives somebody an account and a link to choose password and second factor.
 * Refusals: `operator/name-taken`, `operator/unknown-role`.
 * @rule OPERATOR-ACCOUNT
 */
export async function addOperator(
  tx: Tx,
  known: ReadonlySet<string>,
  wanted: { readonly name: string; readonly fullName: string; readonly roles: readonly string[] },
  { by, at, now, factorKey }: NewCredentials,
): Promise<Activation | OperatorRefusal> {
  const stranger = wanted.roles.find((role) => !known.has(role));
  if (stranger !== undefined) return unknownRole(stranger);
  const { token, hash } = newActivation();
  const until = after(now, activationMs);
  const id = randomUUID();
  if (!(await insertOperator(tx, { id, ...wanted }, { by, at, link: { sha256: hash, until, factorKey } })))
    return nameTaken();
  const data = { operator: id, name: wanted.name, fullName: wanted.fullName, roles: [...wanted.roles], by };
  await append(tx, operatorAdded, { key: id, sequence: await takeNumber(tx, id), time: at, data });
  return { token, until };
}

/**
 * Makes a new link and takes away every credential: for who lost the telephone or the password, or whose link has expired.
 * Refusals: `operator/unknown`, `operator/disabled`.
 * @rule OPERATOR-ACTIVATION
 */
export async function resetOperator(
  tx: Tx,
  name: string,
  { by, at, now, factorKey }: NewCredentials,
): Promise<(Activation & { readonly id: string }) | OperatorRefusal> {
  const operator = await lockOperator(tx, name);
  if (operator === null) return unknownOperator();
  if (operator.state === 'disabled') return operatorDisabled();
  const { token, hash } = newActivation();
  const until = after(now, activationMs);
  await resetCredentials(tx, operator.id, { sha256: hash, until, factorKey });
  const { id } = operator;
  const data = { operator: id, name, by };
  await append(tx, operatorCredentialsReset, { key: id, sequence: await takeNumber(tx, id), time: at, data });
  return { token, until, id };
}
