import { enrolmentStepDone } from '@recapito/contracts';
import { isRefusal } from '@recapito/primitives';
import { stepNumber } from '../domain/enrolment.ts';
import { judgeAcceptance } from '../domain/terms.ts';
import type { TermsAcceptance, TermsRefusal, TermsText } from '../domain/terms.ts';
import { addAcceptances, saveEnrolment } from '../persistence/enrolment.store.ts';
import { tellOfHolder } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { lockForStep, stepTaken } from './take-step.ts';
import type { StepCommand, StepRefusal, StepTaken } from './take-step.ts';

/**
 * Step 4: the holder accepts contract and privacy notice; document, version, hash and instant are kept.
 * Refusals: those of a step, `terms/other-text`, `terms/missing`.
 * @rule TERMS-EVIDENCE
 */
export async function acceptTerms(
  tx: Tx,
  command: StepCommand & { readonly accepted: readonly TermsAcceptance[] },
  inForce: readonly TermsText[],
): Promise<StepTaken | StepRefusal | TermsRefusal> {
  const step = await lockForStep(tx, command, 'accept-terms');
  if ('refused' in step) return step;
  if (!step.changed) return stepTaken(step);
  const texts = judgeAcceptance(inForce, command.accepted);
  if (isRefusal(texts)) return texts;
  const { id, holder, move, campaign } = step.enrolment;
  await addAcceptances(tx, id, texts, command.at);
  await saveEnrolment(tx, id, { state: step.to });
  const number = stepNumber('accept-terms');
  await tellOfHolder(tx, enrolmentStepDone, command.at, { holder, enrolment: id, move, campaign, step: number });
  return stepTaken(step);
}
