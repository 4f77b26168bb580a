import { enrolmentStepDone } from '@recapito/contracts';
import { abandoned } from '@recapito/platform';
import { busy } from '../domain/access.ts';
import type { AccessRefusal } from '../domain/access.ts';
import { stepNumber } from '../domain/enrolment.ts';
import { judgePassword } from '../domain/password-policy.ts';
import type { PasswordRefusal } from '../domain/password-policy.ts';
import { countHashes } from '../persistence/access-account.store.ts';
import { savePassword } from '../persistence/credential.store.ts';
import { saveEnrolment } from '../persistence/enrolment.store.ts';
import { findHolder, tellOfHolder } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { voidSessions } from './end-sessions.ts';
import { foreseeStep, lockForStep, stepTaken } from './take-step.ts';
import type { StepCommand, StepRefusal, StepTaken } from './take-step.ts';
import { inSession } from '../hashing/hash-pool.ts';
import type { AccessParts } from './access-parts.ts';

/**
 * Step 3: the holder chooses a password in place of the first-access one, which is spent by it.
 * Done before, it is a success that changes nothing, whatever password is sent. Every other session that the first-access
 * password has opened is over: who else knew it takes no further step. The hash is computed with no transaction open. Refusals: those of a step, of `judgePassword`, and `access/busy`.
 * @rule FIRST-ACCESS-UNTIL-CHANGED
 */
export async function changeFirstPassword(
  { database, hashes, secrets }: Pick<AccessParts, 'database' | 'hashes' | 'secrets'>,
  command: StepCommand & { readonly password: string },
): Promise<StepTaken | StepRefusal | PasswordRefusal | AccessRefusal> {
  const foreseen = await foreseeStep(database.client, command, 'change-password');
  if ('refused' in foreseen) return foreseen;
  if (!foreseen.changed) return stepTaken(foreseen);
  const { id, generation, keyId, holder } = foreseen.enrolment;
  const known = await findHolder(database.client, holder);
  if (known === null) throw new Error(`enrolment ${id} has no holder`);
  const unfit = judgePassword(command.password, secrets.firstAccessPassword(id, generation, keyId), known);
  if (unfit !== null) return unfit;
  const hash = await hashes.hash(command.password, inSession(command.holder, abandoned()));
  if (typeof hash !== 'string') return busy();
  return await database.transaction((tx) => keepPassword(tx, command, hash));
}

async function keepPassword(tx: Tx, command: StepCommand, hash: string): Promise<StepTaken | StepRefusal> {
  const step = await lockForStep(tx, command, 'change-password');
  if ('refused' in step) return step;
  await countHashes(tx, command.holder, 1);
  if (!step.changed) return stepTaken(step);
  const { id, holder, service, move, campaign } = step.enrolment;
  await voidSessions(tx, { holder, cause: 'password-changed', kept: command.session }, command.at);
  await savePassword(tx, holder, service, hash, command.at);
  await saveEnrolment(tx, id, { state: step.to, passwordLostAt: null });
  const number = stepNumber('change-password');
  await tellOfHolder(tx, enrolmentStepDone, command.at, { holder, enrolment: id, move, campaign, step: number });
  return stepTaken(step);
}
