import type { ForgottenFact } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import type { AccessAccount } from '../domain/access.ts';
import { lockAccount, saveAccount } from '../persistence/access-account.store.ts';
import { keepAccountNumber } from '../persistence/forgotten.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** Repeats what a forgotten attempt, a block or its end has left of the account of attempts. */
export function ofAccount<Data>(change: (account: AccessAccount, data: Data, at: Instant) => AccessAccount) {
  return async (tx: Tx, data: Data, { key, sequence, time }: ForgottenFact): Promise<boolean> => {
    await keepAccountNumber(tx, key, sequence);
    const account = await lockAccount(tx, key);
    const changed = change(account, data, time);
    if (changed !== account) await saveAccount(tx, key, changed, { hashes: 0, facts: 0 });
    return true;
  };
}
