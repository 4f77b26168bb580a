import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';

/** Where an enrolment stands: named after the last step that is done. Step 1, opening the portal, leaves no trace. */
export const enrolmentStates = [
  'opened',
  'signed-in',
  'password-changed',
  'terms-accepted',
  'questions-set',
  'confirmed',
  'voided',
] as const;
export type EnrolmentState = (typeof enrolmentStates)[number];

/** The holder's steps in their order, from the second. */
export const enrolmentSteps = ['sign-in', 'change-password', 'accept-terms', 'set-questions', 'confirm'] as const;
export type EnrolmentStep = (typeof enrolmentSteps)[number];

/** Beside the holder's steps: an operator has the first password made anew, the sweep records that the window ended. */
export type EnrolmentCommand = EnrolmentStep | 'reissue' | 'void';
export const enrolmentCommands: readonly EnrolmentCommand[] = [...enrolmentSteps, 'reissue', 'void'];

/** What a command meets when it does not lead to a state: it was done before, or it is refused, and why. */
export type EnrolmentAnswer = 'done' | 'out-of-order' | 'ended' | 'password-chosen' | 'already-confirmed';

/**
 * The whole life of an enrolment: state -> command -> next state, or the answer that changes nothing.
 * @rule ENROLMENT-STEPS
 */
export const enrolmentTable: Readonly<
  Record<EnrolmentState, Readonly<Record<EnrolmentCommand, EnrolmentState | EnrolmentAnswer>>>
> = {
  opened: {
    'sign-in': 'signed-in',
    'change-password': 'out-of-order',
    'accept-terms': 'out-of-order',
    'set-questions': 'out-of-order',
    confirm: 'out-of-order',
    reissue: 'opened',
    void: 'voided',
  },
  'signed-in': {
    'sign-in': 'done',
    'change-password': 'password-changed',
    'accept-terms': 'out-of-order',
    'set-questions': 'out-of-order',
    confirm: 'out-of-order',
    reissue: 'signed-in',
    void: 'voided',
  },
  'password-changed': {
    'sign-in': 'done',
    'change-password': 'done',
    'accept-terms': 'terms-accepted',
    'set-questions': 'out-of-order',
    confirm: 'out-of-order',
    reissue: 'password-chosen',
    void: 'voided',
  },
  'terms-accepted': {
    'sign-in': 'done',
    'change-password': 'done',
    'accept-terms': 'done',
    'set-questions': 'questions-set',
    confirm: 'out-of-order',
    reissue: 'password-chosen',
    void: 'voided',
  },
  'questions-set': {
    'sign-in': 'done',
    'change-password': 'done',
    'accept-terms': 'done',
    'set-questions': 'done',
    confirm: 'confirmed',
    reissue: 'password-chosen',
    void: 'voided',
  },
  // Whoever sends the confirmation once more, because its answer was lost, hears that it is done. The steps before it are over.
  confirmed: {
    'sign-in': 'done',
    'change-password': 'already-confirmed',
    'accept-terms': 'already-confirmed',
    'set-questions': 'already-confirmed',
    confirm: 'done',
    reissue: 'already-confirmed',
    void: 'already-confirmed',
  },
  voided: {
    'sign-in': 'ended',
    'change-password': 'ended',
    'accept-terms': 'ended',
    'set-questions': 'ended',
    confirm: 'ended',
    reissue: 'ended',
    void: 'done',
  },
};

/** What deciding needs to know of an enrolment. */
export interface EnrolmentStanding {
  readonly state: EnrolmentState;
  /** The first instant at which it is too late. */
  readonly until: Instant;
  /** The password that the holder chose is lost: the database was put back to before. */
  readonly passwordLost?: boolean;
}

export type EnrolmentRefusal = Refusal<
  | 'enrolment/step-out-of-order'
  | 'enrolment/window-ended'
  | 'enrolment/window-open'
  | 'enrolment/password-chosen'
  | 'enrolment/already-confirmed'
>;

/** The state to keep, and whether it is another than before; or why not. */
export type EnrolmentDecision = { readonly to: EnrolmentState; readonly changed: boolean } | EnrolmentRefusal;

/**
 * Decides a command by the instant at which its request arrived. Refusals: `enrolment/step-out-of-order`
 * (`details.missing` is the step to do first), `enrolment/window-ended`, `enrolment/window-open` (too early to void),
 * `enrolment/password-chosen` and `enrolment/already-confirmed` (nothing to make anew or to void).
 */
export function decideEnrolment(
  { state, until, passwordLost = false }: EnrolmentStanding,
  command: EnrolmentCommand,
  at: Instant,
): EnrolmentDecision {
  // Who has confirmed and whose password is lost is given a first one anew, and chooses again. @rule ACCESS-SECRET-LOST
  if (passwordLost && state === 'confirmed' && (command === 'reissue' || command === 'change-password'))
    return { to: state, changed: true };
  if (command === 'void' && at < until) return windowOpen(until);
  // Judged by the arrival against the bound; who has confirmed in time may sign in and send the confirmation again later. @rule INPS-MOVE-WINDOW
  if (command !== 'void' && at >= until && state !== 'confirmed') return windowEnded(until);
  const entry = enrolmentTable[state][command];
  if (isState(entry)) return { to: entry, changed: true };
  switch (entry) {
    case 'done':
      return { to: state, changed: false };
    case 'out-of-order':
      return outOfOrder(nextStep(state));
    case 'ended':
      return windowEnded(until);
    case 'password-chosen':
      return passwordChosen();
    case 'already-confirmed':
      return alreadyConfirmed();
  }
}

function isState(entry: EnrolmentState | EnrolmentAnswer): entry is EnrolmentState {
  return (enrolmentStates as readonly string[]).includes(entry);
}

/** The first step of the holder that is not done yet; null when all are, or none may be done any more. */
export function nextStep(state: EnrolmentState): EnrolmentStep | null {
  const done = enrolmentStates.indexOf(state);
  return state === 'voided' ? null : (enrolmentSteps[done] ?? null);
}

/** The number that the announcement gives a step: signing in is the second. */
export function stepNumber(step: EnrolmentStep): number {
  return enrolmentSteps.indexOf(step) + 2;
}

const stepWords: Readonly<Record<EnrolmentStep, { it: string; en: string }>> = {
  'sign-in': { it: 'l’accesso con la password di primo accesso', en: 'signing in with the first-access password' },
  'change-password': { it: 'il cambio della password', en: 'changing the password' },
  'accept-terms': { it: 'l’accettazione di contratto e informativa', en: 'accepting contract and privacy notice' },
  'set-questions': { it: 'le domande di sicurezza', en: 'the security questions' },
  confirm: { it: 'la conferma', en: 'the confirmation' },
};

function outOfOrder(missing: EnrolmentStep | null): EnrolmentRefusal {
  if (missing === null) throw new Error('a step is out of order only when another one is missing');
  return refuse(
    'enrolment/step-out-of-order',
    'ENROLMENT-STEPS',
    {
      it: `I passi vanno compiuti nell’ordine: manca ${stepWords[missing].it}.`,
      en: `The steps are taken in their order: still missing is ${stepWords[missing].en}.`,
    },
    { missing, step: stepNumber(missing) },
  );
}

function windowEnded(until: Instant): EnrolmentRefusal {
  return refuse(
    'enrolment/window-ended',
    'INPS-MOVE-WINDOW',
    {
      it: 'Il termine per attivare la nuova casella è scaduto. Si può ancora chiedere una casella con la registrazione ordinaria.',
      en: 'The time for activating the new mailbox is over. A mailbox can still be asked for by the ordinary registration.',
    },
    { until },
  );
}

function windowOpen(until: Instant): EnrolmentRefusal {
  return refuse(
    'enrolment/window-open',
    'INPS-MOVE-WINDOW',
    { it: 'Il termine non è ancora scaduto.', en: 'The window has not ended yet.' },
    { until },
  );
}

function passwordChosen(): EnrolmentRefusal {
  return refuse('enrolment/password-chosen', 'ENROLMENT-REISSUE', {
    it: 'Il titolare ha già scelto la propria password: quella di primo accesso non serve più.',
    en: 'The holder has chosen a password already: the first-access one is of no more use.',
  });
}

function alreadyConfirmed(): EnrolmentRefusal {
  return refuse('enrolment/already-confirmed', 'ENROLMENT-STEPS', {
    it: 'L’attivazione è già confermata: i suoi passi sono finiti.',
    en: 'The activation is confirmed already: its steps are over.',
  });
}
