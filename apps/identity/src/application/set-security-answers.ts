import { enrolmentStepDone } from '@recapito/contracts';
import { isRefusal } from '@recapito/primitives';
import { abandoned } from '@recapito/platform';
import { busy } from '../domain/access.ts';
import type { AccessRefusal } from '../domain/access.ts';
import { stepNumber } from '../domain/enrolment.ts';
import { judgeAnswers } from '../domain/security-questions.ts';
import type { SecurityAnswer, SecurityAnswersRefusal, SecurityQuestion } from '../domain/security-questions.ts';
import { countHashes } from '../persistence/access-account.store.ts';
import { saveSecurityAnswers } from '../persistence/credential.store.ts';
import { saveEnrolment } from '../persistence/enrolment.store.ts';
import { tellOfHolder } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { foreseeStep, lockForStep, stepTaken } from './take-step.ts';
import type { StepCommand, StepRefusal, StepTaken } from './take-step.ts';
import { inSession } from '../hashing/hash-pool.ts';
import type { AccessParts } from './access-parts.ts';

/**
 * Step 5: three answers for the day on which the password is forgotten, kept as one argon2id over all three, with a key
 * that is not in the database: each alone is easy to guess, all at once and without the key they are not.
 * Refusals: those of a step, of `judgeAnswers`, and `access/busy`.
 * @rule SECURITY-ANSWERS
 */
export async function setSecurityAnswers(
  { database, hashes, secrets }: Pick<AccessParts, 'database' | 'hashes' | 'secrets'>,
  command: StepCommand & { readonly answers: readonly SecurityAnswer[] },
  questions: readonly SecurityQuestion[],
): Promise<StepTaken | StepRefusal | SecurityAnswersRefusal | AccessRefusal> {
  const foreseen = await foreseeStep(database.client, command, 'set-questions');
  if ('refused' in foreseen) return foreseen;
  if (!foreseen.changed) return stepTaken(foreseen);
  const answers = judgeAnswers(questions, command.answers);
  if (isRefusal(answers)) return answers;
  const hash = await hashes.hash(framed(answers), inSession(command.holder, abandoned()), secrets.answersKey.bytes);
  if (typeof hash !== 'string') return busy();
  const kept = { questions: answers.map(({ question }) => question), hash, keyId: secrets.answersKey.id };
  return await database.transaction((tx) => keepAnswers(tx, command, kept));
}

async function keepAnswers(
  tx: Tx,
  command: StepCommand,
  kept: Parameters<typeof saveSecurityAnswers>[2],
): Promise<StepTaken | StepRefusal> {
  const step = await lockForStep(tx, command, 'set-questions');
  if ('refused' in step) return step;
  await countHashes(tx, command.holder, 1);
  if (!step.changed) return stepTaken(step);
  const { id, holder, move, campaign } = step.enrolment;
  await saveSecurityAnswers(tx, holder, kept, command.at);
  await saveEnrolment(tx, id, { state: step.to });
  const number = stepNumber('set-questions');
  await tellOfHolder(tx, enrolmentStepDone, command.at, { holder, enrolment: id, move, campaign, step: number });
  return stepTaken(step);
}

/** All three with their questions in one text that no other three give. */
function framed(answers: readonly SecurityAnswer[]): string {
  return JSON.stringify(answers.map(({ question, answer }) => [question, answer]));
}
