import type { Instant } from '@recapito/primitives';
import { addLoginAddress } from '../persistence/login-address.store.ts';
import type { LoginAddress } from '../persistence/login-address.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** An address that mailbox keeps for a holder becomes their user id; it may be heard of before the holder is. */
export async function learnAddress(tx: Tx, login: LoginAddress & { readonly at: Instant }): Promise<void> {
  await addLoginAddress(tx, login, login.at);
}
