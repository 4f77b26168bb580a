import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { decideEnrolment, nextStep } from '../domain/enrolment.ts';
import type { EnrolmentCommand, EnrolmentRefusal, EnrolmentState, EnrolmentStep } from '../domain/enrolment.ts';
import { findEnrolment, lockEnrolment } from '../persistence/enrolment.store.ts';
import type { Enrolment } from '../persistence/enrolment.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { unknownEnrolment } from './give-first-access-password.ts';

/** A holder who signed in takes one of the later steps. */
export interface StepCommand {
  readonly enrolment: string;
  /** The holder of the session. */
  readonly holder: string;
  readonly session: string;
  /** The generation of the password that opened the session: a re-issue ends it. */
  readonly generation: number;
  /** The suite instant at which the request arrived: by this it is judged. */
  readonly at: Instant;
  readonly lockPatienceMs: number;
}

/** Where the enrolment stands after a step, and whether the step was done now or before. */
export interface StepTaken {
  readonly enrolment: string;
  readonly state: EnrolmentState;
  /** The step to do next; null when all are done or none may be done. */
  readonly next: EnrolmentStep | null;
  readonly until: Instant;
  readonly confirmedAt: Instant | null;
  /** False when the step had been done before: what was sent now changed nothing. */
  readonly changed: boolean;
}

export type StepRefusal = EnrolmentRefusal | Refusal<'enrolment/unknown' | 'enrolment/session-ended'>;

/** An enrolment of which a step may be taken, and the state it leads to. */
export interface Step {
  readonly enrolment: Enrolment;
  readonly to: EnrolmentState;
  readonly changed: boolean;
}

/** Decides a step on the locked row. Refusals: those of `decideEnrolment`, `enrolment/unknown`, `enrolment/session-ended`. */
export async function lockForStep(tx: Tx, command: StepCommand, step: EnrolmentCommand): Promise<Step | StepRefusal> {
  return decide(await lockEnrolment(tx, command.enrolment, command.lockPatienceMs), command, step);
}

/** How a step would end, without locking anything: no hash is spent on one that would be refused or is done. */
export async function foreseeStep(tx: Tx, command: StepCommand, step: EnrolmentCommand): Promise<Step | StepRefusal> {
  return decide(await findEnrolment(tx, command.enrolment), command, step);
}

/** What the holder is told of a step. */
export function stepTaken({ enrolment, to, changed }: Step): StepTaken {
  const { id, until, confirmedAt } = enrolment;
  return { enrolment: id, state: to, next: nextStep(to), until, confirmedAt, changed };
}

function decide(enrolment: Enrolment | null, command: StepCommand, step: EnrolmentCommand): Step | StepRefusal {
  if (enrolment === null || enrolment.holder !== command.holder) return unknownEnrolment();
  if (enrolment.generation !== command.generation) return sessionEnded();
  const decision = decideEnrolment(enrolment, step, command.at);
  return 'refused' in decision ? decision : { enrolment, ...decision };
}

function sessionEnded(): Refusal<'enrolment/session-ended'> {
  return refuse('enrolment/session-ended', 'ENROLMENT-REISSUE', {
    it: 'La sessione è stata aperta con una password che nel frattempo è stata sostituita: occorre accedere di nuovo.',
    en: 'The session was opened with a password that has been replaced since: sign in again.',
  });
}
