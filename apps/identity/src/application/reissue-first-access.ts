import { enrolmentReissued } from '@recapito/contracts';
import type { Instant } from '@recapito/primitives';
import { decideEnrolment } from '../domain/enrolment.ts';
import { lockEnrolment, saveEnrolment } from '../persistence/enrolment.store.ts';
import { makeSureNobodyIsAwaited } from '../persistence/forgotten.store.ts';
import { tellOfHolder } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { unknownEnrolment } from './give-first-access-password.ts';
import type { FirstAccessRefusal } from './give-first-access-password.ts';

export interface ReissueFirstAccess {
  readonly enrolment: string;
  readonly operator: string;
  /** Why, in the operator's words; undefined when nothing was said. */
  readonly reason: string | undefined;
  readonly at: Instant;
  readonly lockPatienceMs: number;
  /** Which key makes the new one. */
  readonly keyId: string;
}

/**
 * An operator has the first-access password made anew: the old one, and every session that it opened, are void in the
 * same transaction; the new one counts when it is first given out.
 * Refusals: `enrolment/unknown`, `enrolment/password-chosen`, `enrolment/already-confirmed`, `enrolment/window-ended`.
 * @returns the new generation.
 * @rule ENROLMENT-REISSUE
 */
export async function reissueFirstAccess(
  tx: Tx,
  command: ReissueFirstAccess,
): Promise<{ readonly generation: number } | FirstAccessRefusal> {
  const enrolment = await lockEnrolment(tx, command.enrolment, command.lockPatienceMs);
  if (enrolment === null) {
    await makeSureNobodyIsAwaited(tx);
    return unknownEnrolment();
  }
  const decision = decideEnrolment(enrolment, 'reissue', command.at);
  if ('refused' in decision) return decision;
  const generation = enrolment.generation + 1;
  await saveEnrolment(tx, enrolment.id, { generation, keyId: command.keyId, givenAt: null });
  const { id, holder, move, campaign, until } = enrolment;
  const { operator, reason, at, keyId } = command;
  await tellOfHolder(tx, enrolmentReissued, at, {
    holder,
    enrolment: id,
    move,
    campaign,
    generation,
    operator,
    until,
    ...(reason !== undefined && { reason }),
    keyId,
  });
  return { generation };
}
