import type { Instant } from '@recapito/primitives';
import { markSwitched } from '../persistence/enrolment.store.ts';
import { makeSureNobodyIsAwaited } from '../persistence/forgotten.store.ts';
import { markOpened } from '../persistence/login-address.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** Keeps that the new box of a move is open since an instant: the move is complete for whoever counts its cost. */
export async function recordSwitch(
  tx: Tx,
  { move, to, at }: { readonly move: string; readonly to: string; readonly at: Instant },
): Promise<void> {
  if (!(await markSwitched(tx, move, at))) await makeSureNobodyIsAwaited(tx);
  await markOpened(tx, to, at);
}
