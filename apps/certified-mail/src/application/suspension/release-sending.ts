import { randomUUID } from 'node:crypto';
import type { TwoPersons } from '@recapito/approvals';
import { releaseAsked, releaseWithdrawn, sendingReleased } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { decideRelease, returnedBySuspension, unknownHold } from '../../domain/suspension.ts';
import type { HeldQueue, ReleaseRefusal, ReleaseRequest } from '../../domain/suspension.ts';
import { lockHold, releaseEnvelopes, saveRelease, saveRequest } from '../../persistence/hold.store.ts';
import type { Hold } from '../../persistence/hold.store.ts';
import type { Tx } from '../../persistence/tx.ts';

interface ByOperator {
  /** The hold. */
  readonly id: string;
  /** The operator's name. */
  readonly by: string;
  readonly at: Instant;
}

/**
 * Records that the first person asks for the release of a box, and what is to become of what is held; publishes it.
 * Refusals: `hold/unknown`, `hold/released`, `hold/asked-already`.
 */
export async function askRelease(
  tx: Tx,
  { id, by, at, queue, reason }: ByOperator & { readonly queue: HeldQueue; readonly reason: string },
): Promise<ReleaseRequest | ReleaseRefusal> {
  const hold = await lockHold(tx, id);
  if (hold === undefined) return unknownHold();
  const decision = decideRelease(hold, { command: 'ask-release', by, queue, reason });
  if (isRefusal(decision)) return decision;
  if (!decision.changed && hold.request !== null) return hold.request;
  const request = { id: randomUUID(), by, at, queue, reason };
  const sequence = await saveRequest(tx, id, request);
  const data = { ...aboutHold(hold), request: request.id, operator: by, queue, reason };
  await append(tx, releaseAsked, { key: id, sequence, time: at, data });
  return request;
}

/** Takes a request back; anybody who may ask may do so. Refusals: `hold/unknown`, `hold/released`, `hold/not-asked`. */
export async function withdrawRelease(
  tx: Tx,
  { id, by, at, request }: ByOperator & { readonly request: string },
): Promise<ReleaseRefusal | null> {
  const hold = await lockHold(tx, id);
  if (hold === undefined) return unknownHold();
  const decision = decideRelease(hold, { command: 'withdraw-request', request });
  if (isRefusal(decision)) return decision;
  const sequence = await saveRequest(tx, id, null);
  const data = { ...aboutHold(hold), request, operator: by };
  await append(tx, releaseWithdrawn, { key: id, sequence, time: at, data });
  return null;
}

/**
 * Releases a box as the second person confirms it: the box sends again, and what was held goes on or is returned.
 * @param may whether who asked, and who confirms, may release at this moment.
 * Refusals: `hold/unknown` and those of `decideRelease`.
 */
export async function releaseSending(
  tx: Tx,
  { id, by, at, request }: ByOperator & { readonly request: string },
  may: TwoPersons['may'],
): Promise<Hold | ReleaseRefusal> {
  const hold = await lockHold(tx, id);
  if (hold === undefined) return unknownHold();
  const decision = decideRelease(hold, { command: 'confirm-release', by, request, may });
  if (isRefusal(decision)) return decision;
  if (!decision.changed || hold.request === null) return hold;
  const { by: askedBy, queue } = hold.request;
  await releaseEnvelopes(tx, id, queue === 'return' ? returnedBySuspension : null);
  const sequence = await saveRelease(tx, id, by, at);
  const data = { ...aboutHold(hold), request, askedBy, confirmedBy: by, queue, queued: hold.queued };
  await append(tx, sendingReleased, { key: id, sequence, time: at, data });
  return { ...hold, sequence, released: { by, at } };
}

function aboutHold({ id, box, holder, provider }: Hold) {
  return { hold: id, box, holder, provider };
}
