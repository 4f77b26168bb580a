import { operatorChanged, operatorUnblocked } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { Roles } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { isBlocked, lifted } from '../domain/access.ts';
import { lastSupervisor, unknownOperator, unknownRole } from '../domain/operator.ts';
import type { Operator, OperatorRefusal, OperatorState } from '../domain/operator.ts';
import { lockAccount, saveAccount, takeNumber } from '../persistence/access-account.store.ts';
import { countOthersWithRole, findOperator, lockOperators, saveOperator } from '../persistence/operator.store.ts';
import type { Tx } from '../persistence/tx.ts';

export interface ChangeOperator {
  readonly name: string;
  readonly roles: readonly string[];
  /** `active` for an account without credentials leaves it invited. */
  readonly state: 'active' | 'disabled';
  readonly by: string;
  readonly at: Instant;
}

/**
 * Gives an operator other roles, disables the account or enables it again. Tokens that were issued before are good until
 * they end, within minutes; none is issued to a disabled account.
 * Refusals: `operator/unknown`, `operator/unknown-role`, `operator/last-supervisor`.
 * @rule OPERATOR-ACCOUNT
 */
export async function changeOperator(
  tx: Tx,
  known: Roles,
  { name, roles, state: wanted, by, at }: ChangeOperator,
): Promise<Operator | OperatorRefusal> {
  const stranger = roles.find((role) => !known.names.has(role));
  if (stranger !== undefined) return unknownRole(stranger);
  await lockOperators(tx);
  const operator = await findOperator(tx, name);
  if (operator === null) return unknownOperator();
  const managing = known.withPermission('identity', 'add-operator');
  const manages = wanted === 'active' && roles.some((role) => managing.includes(role));
  if (operator.state === 'active' && !manages && operator.roles.some((role) => managing.includes(role)))
    if ((await countOthersWithRole(tx, operator.id, managing)) === 0) return lastSupervisor();
  const state: OperatorState = wanted === 'active' && operator.passwordHash === null ? 'invited' : wanted;
  const changed = { ...operator, roles, state };
  await saveOperator(tx, changed);
  const { id } = operator;
  const data = { operator: id, name, roles: [...roles], state, by };
  await append(tx, operatorChanged, { key: id, sequence: await takeNumber(tx, id), time: at, data });
  return changed;
}

/**
 * Ends the block of an operator before its time. Refusal: `operator/unknown`. @returns whether there was one.
 * @rule ACCESS-LIFT
 */
export async function liftOperatorBlock(
  tx: Tx,
  { name, by, at }: { readonly name: string; readonly by: string; readonly at: Instant },
): Promise<{ readonly lifted: boolean } | OperatorRefusal> {
  const operator = await findOperator(tx, name);
  if (operator === null) return unknownOperator();
  const { id } = operator;
  const account = await lockAccount(tx, id);
  if (!isBlocked(account, at)) return { lifted: false };
  const sequence = await saveAccount(tx, id, lifted(account), { hashes: 0, facts: 1 });
  await append(tx, operatorUnblocked, { key: id, sequence, time: at, data: { operator: id, name, by } });
  return { lifted: true };
}
