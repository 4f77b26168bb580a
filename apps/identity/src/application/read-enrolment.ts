import { nextStep } from '../domain/enrolment.ts';
import { findEnrolment } from '../persistence/enrolment.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { unknownEnrolment } from './give-first-access-password.ts';
import type { StepRefusal, StepTaken } from './take-step.ts';

/** Where a holder's own enrolment stands. Refusal: `enrolment/unknown`, for those of others too. */
export async function readEnrolment(
  tx: Tx,
  { enrolment, holder }: { readonly enrolment: string; readonly holder: string },
): Promise<StepTaken | StepRefusal> {
  const found = await findEnrolment(tx, enrolment);
  if (found === null || found.holder !== holder) return unknownEnrolment();
  const { id, state, until, confirmedAt } = found;
  return { enrolment: id, state, next: nextStep(state), until, confirmedAt, changed: false };
}
