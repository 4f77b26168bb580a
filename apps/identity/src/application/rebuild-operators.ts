import {
  operatorAdded,
  operatorBlocked,
  operatorChanged,
  operatorCredentialsChosen,
  operatorCredentialsReset,
  operatorTried,
  operatorUnblocked,
} from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { repeated } from '@recapito/messaging';
import type { ForgottenFact } from '@recapito/messaging';
import { lifted, shutAgain } from '../domain/access.ts';
import { keepAccountNumber } from '../persistence/forgotten.store.ts';
import { findOperatorById, insertOperator, resetCredentials, saveOperator } from '../persistence/operator.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { ofAccount } from './rebuild-accounts.ts';

/**
 * What becomes of facts about operators that the database has forgotten: the account is there again with its roles, and
 * whoever chose or lost credentials meanwhile needs a new link.
 * @rule IDENTITY-REBUILDS IDENTITY-VOIDS-OLDER
 */
export const operatorRules = [
  repeated(operatorAdded, repeatAdding),
  repeated(operatorCredentialsReset, voidCredentials),
  repeated(operatorCredentialsChosen, voidCredentials),
  repeated(operatorChanged, repeatChange),
  repeated(
    operatorTried,
    ofAccount((account) => account),
  ),
  repeated(
    operatorBlocked,
    ofAccount((account, { whom, until }, from) => shutAgain(account, { whom, from, until })),
  ),
  repeated(operatorUnblocked, ofAccount(lifted)),
] as const;

async function repeatAdding(tx: Tx, data: DataOf<typeof operatorAdded>, fact: ForgottenFact): Promise<boolean> {
  const { operator: id, name, fullName, roles, by } = data;
  await insertOperator(tx, { id, name, fullName, roles }, { by, at: fact.time, link: null });
  await keepAccountNumber(tx, id, fact.sequence);
  return true;
}

async function voidCredentials(
  tx: Tx,
  { operator: id }: { readonly operator: string },
  fact: ForgottenFact,
): Promise<boolean> {
  await keepAccountNumber(tx, id, fact.sequence);
  if ((await findOperatorById(tx, id)) === null) return false;
  await resetCredentials(tx, id, null);
  return true;
}

async function repeatChange(tx: Tx, data: DataOf<typeof operatorChanged>, fact: ForgottenFact): Promise<boolean> {
  const { operator: id, roles, state } = data;
  await keepAccountNumber(tx, id, fact.sequence);
  const operator = await findOperatorById(tx, id);
  if (operator === null) return false;
  await saveOperator(tx, { id, roles, state: state === 'disabled' ? state : operator.state });
  return true;
}
