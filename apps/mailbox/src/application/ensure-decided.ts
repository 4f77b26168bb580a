import { Unavailable } from '@recapito/platform';
import { isUndecided } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';

/**
 * Nothing is answered about the boxes of a holder of whom mailbox has published facts that its database, put back to an
 * earlier state, contradicts.
 * @throws Unavailable until an operator has decided about these facts.
 * @rule BOXES-UNDECIDED
 */
export async function ensureDecided(reads: Tx, holder: string): Promise<void> {
  if (await isUndecided(reads, holder))
    throw new Unavailable('mailbox', 'after a restore an operator has to decide how these boxes stand');
}
