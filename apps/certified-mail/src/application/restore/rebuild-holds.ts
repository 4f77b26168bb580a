import type { DataOf, releaseAsked, sendingHeld, sendingReleased } from '@recapito/contracts';
import type { ForgottenFact } from '@recapito/messaging';
import { returnedBySuspension } from '../../domain/suspension.ts';
import type { ReleaseRequest } from '../../domain/suspension.ts';
import { restoreHold, raiseHoldNumber } from '../../persistence/forgotten.store.ts';
import { holdEnvelopes, lockHold, releaseEnvelopes, saveRelease, saveRequest } from '../../persistence/hold.store.ts';
import type { Tx } from '../../persistence/tx.ts';

/** A box was held: it is held, with what waits to leave it. */
export async function repeatHold(tx: Tx, data: DataOf<typeof sendingHeld>, fact: ForgottenFact): Promise<boolean> {
  const { hold: id, box, holder, provider, cause } = data;
  if (!(await restoreHold(tx, { id, box, holder, provider, cause, at: fact.time }, fact.foundAt))) return false;
  await holdEnvelopes(tx, { id, box });
  return true;
}

/** What the first of two persons has asked for stands again, or is taken back. */
export async function repeatRequest(
  tx: Tx,
  { hold, request }: { readonly hold: string; readonly request: ReleaseRequest | null },
  { sequence }: ForgottenFact,
): Promise<boolean> {
  if ((await lockHold(tx, hold)) === undefined) return false;
  await saveRequest(tx, hold, request);
  await raiseHoldNumber(tx, hold, sequence);
  return true;
}

/** The request that a fact says. */
export function requestOf(
  { request: id, operator: by, queue, reason }: DataOf<typeof releaseAsked>,
  fact: ForgottenFact,
) {
  return { id, by, at: fact.time, queue, reason };
}

/** Two persons have released the box: it sends again, and what was held goes on or is returned. */
export async function repeatRelease(
  tx: Tx,
  { hold: id, queue, confirmedBy }: DataOf<typeof sendingReleased>,
  { time, sequence }: ForgottenFact,
): Promise<boolean> {
  const hold = await lockHold(tx, id);
  if (hold === undefined) return false;
  if (hold.released !== null) return true;
  await releaseEnvelopes(tx, id, queue === 'return' ? returnedBySuspension : null);
  await saveRelease(tx, id, confirmedBy, time);
  await raiseHoldNumber(tx, id, sequence);
  return true;
}
