import { enrolmentVoided } from '@recapito/contracts';
import { after } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { decideEnrolment } from '../domain/enrolment.ts';
import { earliestBound, enrolmentsToVoid, lockEnrolment, saveEnrolment } from '../persistence/enrolment.store.ts';
import { tellOfHolder } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** A request that arrived in time may still be waiting for its lock: nothing is recorded before this is over. */
const recordedAfterMs = 60_000;

/** Enrolments whose end may be recorded at `at`. */
export async function dueToVoid(tx: Tx, at: Instant, limit: number): Promise<string[]> {
  return await enrolmentsToVoid(tx, after(at, -recordedAfterMs), limit);
}

/** When the sweep has something to do next; null when never. */
export async function nextVoiding(tx: Tx): Promise<Instant | null> {
  const bound = await earliestBound(tx);
  return bound === null ? null : after(bound, recordedAfterMs);
}

/**
 * Records that an enrolment ended without a confirmation. It was over at its bound already: this only writes it down,
 * so doing it late or twice changes nothing for anybody.
 * @returns whether it was still to be recorded.
 * @rule INPS-MOVE-WINDOW
 */
export async function voidEnrolment(
  tx: Tx,
  command: { readonly enrolment: string; readonly at: Instant; readonly lockPatienceMs: number },
): Promise<boolean> {
  const enrolment = await lockEnrolment(tx, command.enrolment, command.lockPatienceMs);
  if (enrolment === null) return false;
  const decision = decideEnrolment(enrolment, 'void', command.at);
  if ('refused' in decision || !decision.changed) return false;
  await saveEnrolment(tx, enrolment.id, { state: decision.to, voidedAt: command.at });
  const { id, holder, move, campaign } = enrolment;
  await tellOfHolder(tx, enrolmentVoided, command.at, { holder, enrolment: id, move, campaign, cause: 'window-ended' });
  return true;
}
