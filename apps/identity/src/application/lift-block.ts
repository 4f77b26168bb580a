import { holderUnblocked } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { Instant, Refusal } from '@recapito/primitives';
import { isBlocked, lifted } from '../domain/access.ts';
import { lockAccount, saveAccount } from '../persistence/access-account.store.ts';
import { makeSureNobodyIsAwaited } from '../persistence/forgotten.store.ts';
import { hasAccount } from '../persistence/login.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { unknownHolder } from './read-holder.ts';

/**
 * The help desk ends the block of a holder, or of a public body's box, before its time; where there is none it changes
 * nothing.
 * Refusal: `holder/unknown`. @returns whether there was a block.
 * @rule ACCESS-LIFT
 */
export async function liftBlock(
  tx: Tx,
  { holder, operator, at }: { readonly holder: string; readonly operator: string; readonly at: Instant },
): Promise<{ readonly lifted: boolean } | Refusal<'holder/unknown'>> {
  if (!(await hasAccount(tx, holder))) {
    await makeSureNobodyIsAwaited(tx);
    return unknownHolder();
  }
  const account = await lockAccount(tx, holder);
  if (!isBlocked(account, at)) return { lifted: false };
  const sequence = await saveAccount(tx, holder, lifted(account), { hashes: 0, facts: 1 });
  await append(tx, holderUnblocked, { key: holder, sequence, time: at, data: { holder, operator } });
  return { lifted: true };
}
