import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Operator, OperatorState } from '../domain/operator.ts';
import { passwordsKept } from '../domain/operator.ts';
import type { Operator as Row } from './generated/client.ts';
import type { Tx } from './tx.ts';

/** An operator with what judging a sign-in needs. */
export interface OperatorLogin extends Operator {
  /** argon2id, as a PHC string. */
  readonly passwordHash: string | null;
  readonly factorVersion: number;
  /** Which key makes the second factor; null: the oldest. */
  readonly factorKey: string | null;
  readonly lastStep: number;
  readonly activationUntil: Instant | null;
}

/** The operator of a name; null when nobody has it. */
export async function findOperator(tx: Tx, name: string): Promise<OperatorLogin | null> {
  return asLogin(await tx.operator.findUnique({ where: { name } }));
}

/** The roles of the operator of a name; none for a name that nobody has, or an account that is not active. */
export async function activeRoles(tx: Tx, name: string): Promise<readonly string[]> {
  const operator = await findOperator(tx, name);
  return operator?.state === 'active' ? operator.roles : [];
}

/** The operator of an id; null when there is none. */
export async function findOperatorById(tx: Tx, id: string): Promise<OperatorLogin | null> {
  return asLogin(await tx.operator.findUnique({ where: { id } }));
}

/** The operator whose link has a token of this hash; null when no link has it. */
export async function findByActivation(tx: Tx, sha256: string): Promise<OperatorLogin | null> {
  return asLogin(await tx.operator.findUnique({ where: { activationSha256: sha256 } }));
}

/** The operator whose link has a token of this hash, with every other change to the account ended. */
export async function lockActivation(tx: Tx, sha256: string): Promise<OperatorLogin | null> {
  await tx.$queryRaw`SELECT id FROM operator WHERE activation_sha256 = ${sha256} FOR UPDATE`;
  return await findByActivation(tx, sha256);
}

/** The operator of a name, with every other change to the account ended. */
export async function lockOperator(tx: Tx, name: string): Promise<OperatorLogin | null> {
  await tx.$queryRaw`SELECT id FROM operator WHERE name = ${name} FOR UPDATE`;
  return await findOperator(tx, name);
}

/** Ends every other change to any account: so that two at once, each to another account, do not leave nobody. */
export async function lockOperators(tx: Tx): Promise<void> {
  await tx.$queryRaw`SELECT id FROM operator ORDER BY id FOR UPDATE`;
}

/** Everybody who has or had an account, by name. */
export async function listOperators(tx: Tx): Promise<Operator[]> {
  return (await tx.operator.findMany({ orderBy: { name: 'asc' } })).map(asOperator);
}

/** A link by which credentials are chosen, and the key that makes the second factor among them. */
export interface NewFactor {
  readonly sha256: string;
  readonly until: Instant;
  readonly factorKey: string;
}

/** Keeps a new account. @returns false when somebody has the name already */
export async function insertOperator(
  tx: Tx,
  { id, name, fullName, roles }: Omit<Operator, 'state'>,
  { by, at, link }: { readonly by: string; readonly at: Instant; readonly link: NewFactor | null },
): Promise<boolean> {
  const state: OperatorState = 'invited';
  const activation = activationIn(link);
  const data = { id, name, fullName, roles: [...roles], state, factorVersion: 1, addedBy: by, addedAt: new Date(at) };
  const { count } = await tx.operator.createMany({ data: { ...data, ...activation }, skipDuplicates: true });
  return count === 1;
}

/** Takes every credential away; a link, where there is one, leads to new ones, and so to another second factor. */
export async function resetCredentials(tx: Tx, id: string, link: NewFactor | null): Promise<void> {
  const state: OperatorState = 'invited';
  await tx.operator.update({
    where: { id },
    data: {
      state,
      passwordHash: null,
      factorVersion: { increment: 1 },
      lastStep: 0,
      ...activationIn(link),
    },
  });
}

function activationIn(link: NewFactor | null) {
  const { sha256 = null, until, factorKey = null } = link ?? {};
  return {
    activationSha256: sha256,
    activationUntil: until === undefined ? null : new Date(until),
    factorKey,
  };
}

/** The credentials that were chosen by a link, which opens nothing any more. @param now by the system clock */
export async function saveCredentials(
  tx: Tx,
  id: string,
  { hash, step }: { readonly hash: string; readonly step: number },
  now: Instant,
): Promise<void> {
  const state: OperatorState = 'active';
  const used = { activationSha256: null, activationUntil: null };
  await tx.operator.update({ where: { id }, data: { state, passwordHash: hash, lastStep: step, ...used } });
  await tx.operatorPassword.create({ data: { operatorId: id, hash, chosenAt: new Date(now) } });
  await tx.$executeRaw`
    DELETE FROM operator_password WHERE operator_id = ${id}::uuid AND hash NOT IN (
      SELECT hash FROM operator_password WHERE operator_id = ${id}::uuid
      ORDER BY chosen_at DESC LIMIT ${passwordsKept})`;
}

/** Hashes of the last passwords, the latest first. */
export async function passwordsOf(tx: Tx, id: string): Promise<string[]> {
  const rows = await tx.operatorPassword.findMany({
    where: { operatorId: id },
    orderBy: { chosenAt: 'desc' },
    take: passwordsKept,
  });
  return rows.map(({ hash }) => hash);
}

/** Takes a code's step, unless it or a later one was taken before. @returns whether it was taken */
export async function takeStep(tx: Tx, id: string, step: number): Promise<boolean> {
  const taken =
    await tx.$executeRaw`UPDATE operator SET last_step = ${step} WHERE id = ${id}::uuid AND last_step < ${step}`;
  return taken === 1;
}

/** How many other active accounts have one of these roles. */
export async function countOthersWithRole(tx: Tx, id: string, roles: readonly string[]): Promise<number> {
  return await tx.operator.count({ where: { state: 'active', roles: { hasSome: [...roles] }, NOT: { id } } });
}

/** Gives the account other roles or another state. */
export async function saveOperator(tx: Tx, { id, roles, state }: Pick<Operator, 'id' | 'roles' | 'state'>) {
  await tx.operator.update({ where: { id }, data: { roles: [...roles], state } });
}

function asLogin(row: Row | null): OperatorLogin | null {
  if (row === null) return null;
  const { passwordHash, factorVersion, factorKey, lastStep, activationUntil: until } = row;
  const activationUntil = until && instant(until.getTime());
  return { ...asOperator(row), passwordHash, factorVersion, factorKey, lastStep, activationUntil };
}

function asOperator({ id, name, fullName, roles, state }: Row): Operator {
  return { id, name, fullName, roles, state: state as OperatorState };
}
