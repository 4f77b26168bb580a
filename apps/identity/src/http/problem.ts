import type { KeyReused } from '@recapito/database';
import type { Refusal } from '@recapito/primitives';
import type { ChangePasswordRefusal } from '../application/change-password.ts';
import type { ChangePinRefusal } from '../application/change-pin.ts';
import type { FirstAccessRefusal } from '../application/give-first-access-password.ts';
import type { StepRefusal } from '../application/take-step.ts';
import type { SignInRefusal } from '../application/sign-in.ts';
import type { PasswordRefusal } from '../domain/password-policy.ts';
import type { PinRefusal } from '../domain/pin.ts';
import type { SecurityAnswersRefusal } from '../domain/security-questions.ts';
import type { ActivationRefusal, OperatorRefusal } from '../domain/operator.ts';
import type { TermsRefusal } from '../domain/terms.ts';

/** Every refusal that leaves identity by HTTP. */
export type IdentityRefusal =
  | SignInRefusal
  | StepRefusal
  | FirstAccessRefusal
  | PasswordRefusal
  | TermsRefusal
  | SecurityAnswersRefusal
  | PinRefusal
  | ChangePinRefusal
  | ChangePasswordRefusal
  | OperatorRefusal
  | ActivationRefusal
  | KeyReused
  | Refusal<'holder/unknown' | 'body/unknown' | 'request/timed-out'>;

/** The HTTP status of each of them. */
export function statusOf(code: IdentityRefusal['refused']): number {
  switch (code) {
    case 'access/denied':
    case 'enrolment/session-ended':
      return 401;
    case 'access/blocked':
    case 'access/secret-lost':
    case 'operator/not-proved':
      return 403;
    case 'enrolment/unknown':
    case 'holder/unknown':
    case 'body/unknown':
    case 'pin/no-such-half':
    case 'pin/none':
    case 'operator/unknown':
    case 'operator/no-session':
    case 'activation/void':
      return 404;
    case 'enrolment/step-out-of-order':
    case 'enrolment/window-ended':
    case 'enrolment/window-open':
    case 'enrolment/password-chosen':
    case 'enrolment/already-confirmed':
    case 'enrolment/generation-superseded':
    case 'pin/first-change-due':
    case 'pin/half-given':
    case 'pin/already-changed':
    case 'pin/lost':
    case 'password/not-chosen':
    case 'idempotency-key/reused':
    case 'operator/name-taken':
    case 'operator/disabled':
    case 'operator/last-supervisor':
      return 409;
    case 'password/unchanged':
    case 'password/too-short':
    case 'password/too-long':
    case 'password/personal':
    case 'password/first-access':
    case 'password/monotonous':
    case 'pin/malformed':
    case 'pin/predictable':
    case 'terms/other-text':
    case 'terms/missing':
    case 'security-answers/questions':
    case 'security-answers/too-short':
    case 'security-answers/alike':
    case 'operator/unknown-role':
    case 'activation/wrong-code':
    case 'activation/passwords-differ':
    case 'password/breached':
    case 'password/used-before':
      return 422;
    case 'access/busy':
    case 'request/timed-out':
      return 503;
  }
}
