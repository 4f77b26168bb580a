import { enrolmentConfirmed } from '@recapito/contracts';
import { saveEnrolment } from '../persistence/enrolment.store.ts';
import { tellOfHolder } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { lockForStep, stepTaken } from './take-step.ts';
import type { StepCommand, StepRefusal, StepTaken } from './take-step.ts';

/**
 * Step 6: the holder asks for the new box, which is due within 24 hours from the instant at which this request arrived.
 * Confirmed before, it is a success that changes nothing. Refusals: those of a step.
 * @rule INPS-MOVE-WINDOW
 */
export async function confirmEnrolment(tx: Tx, command: StepCommand): Promise<StepTaken | StepRefusal> {
  const step = await lockForStep(tx, command, 'confirm');
  if ('refused' in step) return step;
  if (!step.changed) return stepTaken(step);
  const { id, holder, move, campaign } = step.enrolment;
  const confirmedAt = command.at;
  await saveEnrolment(tx, id, { state: step.to, confirmedAt });
  await tellOfHolder(tx, enrolmentConfirmed, confirmedAt, { holder, enrolment: id, move, campaign, confirmedAt });
  return stepTaken({ ...step, enrolment: { ...step.enrolment, confirmedAt } });
}
