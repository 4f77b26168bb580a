import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { KnownOfHolder } from './password-policy.ts';

/** `invited`: has a link to choose credentials, or waits for one; `active`: signs in; `disabled`: may do nothing. */
export type OperatorState = 'invited' | 'active' | 'disabled';

/** Somebody who runs the suite. */
export interface Operator {
  readonly id: string;
  /** Lower case, as maria.bianchi. */
  readonly name: string;
  readonly fullName: string;
  /** Names of roles.json. */
  readonly roles: readonly string[];
  readonly state: OperatorState;
}

/** For so long a link to choose credentials opens its page, by the system clock. */
export const activationMs = 48 * 3_600_000;

/** So many of an operator's last passwords may not come again. */
export const passwordsKept = 5;

/** What an operator's password must not repeat, as `judgePassword` takes it. */
export function knownOfOperator({ name, fullName }: Pick<Operator, 'name' | 'fullName'>): KnownOfHolder {
  const [nome = '', ...surnames] = fullName.split(/\s+/);
  return { codiceFiscale: null, cognome: surnames.join(' '), nome, dataNascita: null, addresses: [name] };
}

export type OperatorRefusal = Refusal<
  | 'operator/unknown'
  | 'operator/name-taken'
  | 'operator/unknown-role'
  | 'operator/disabled'
  | 'operator/last-supervisor'
  | 'operator/not-proved'
  | 'operator/no-session'
>;

/** Nobody has an account under this name. */
export function unknownOperator(): OperatorRefusal {
  return refuse('operator/unknown', 'OPERATOR-ACCOUNT', {
    it: 'Nessun operatore ha questo nome.',
    en: 'No operator has this name.',
  });
}

/** A name belongs to one person for ever: what was done under it stays theirs. */
export function nameTaken(): OperatorRefusal {
  return refuse('operator/name-taken', 'OPERATOR-ACCOUNT', {
    it: 'Un operatore ha già questo nome; i nomi non si riassegnano.',
    en: 'An operator has this name already; names are never given to somebody else.',
  });
}

/** The role does not stand in roles.json. */
export function unknownRole(role: string): OperatorRefusal {
  const words = { it: `Il ruolo «${role}» non esiste.`, en: `There is no role “${role}”.` };
  return refuse('operator/unknown-role', 'ROLES-DATA', words, { role });
}

/** The account was disabled: it gets no new link. */
export function operatorDisabled(): OperatorRefusal {
  return refuse('operator/disabled', 'OPERATOR-ACCOUNT', {
    it: 'L’account è disabilitato.',
    en: 'The account is disabled.',
  });
}

/** Who wants another password has to know the one that holds, and have the second factor. */
export function notProved(): OperatorRefusal {
  return refuse('operator/not-proved', 'OPERATOR-PASSWORD', {
    it: 'La password di adesso o il codice non sono giusti. Un codice vale una volta sola.',
    en: 'The present password or the code is wrong. A code is good once.',
  });
}

/** The operator has no such session, or it is over. */
export function noSession(): OperatorRefusal {
  return refuse('operator/no-session', 'OPERATOR-SESSIONS', {
    it: 'Questa sessione non c’è, o è già finita.',
    en: 'There is no such session, or it is over already.',
  });
}

/** Nobody would be left who can give others an account. */
export function lastSupervisor(): OperatorRefusal {
  return refuse('operator/last-supervisor', 'OPERATOR-ACCOUNT', {
    it: 'È l’ultimo account attivo che può gestire gli operatori.',
    en: 'This is the last active account that may manage operators.',
  });
}

export type ActivationRefusal = Refusal<
  | 'activation/void'
  | 'activation/wrong-code'
  | 'activation/passwords-differ'
  | 'password/breached'
  | 'password/used-before'
>;

/** The link was used, is too old, or never was one. One answer for all. */
export function activationVoid(): ActivationRefusal {
  return refuse('activation/void', 'OPERATOR-ACTIVATION', {
    it: 'Il collegamento non è valido: è già stato usato o è scaduto. Un supervisore può crearne uno nuovo.',
    en: 'The link is not valid: it was used or has expired. A supervisor can make a new one.',
  });
}

/** The code does not come from the secret on the page. */
export function wrongCode(): ActivationRefusal {
  return refuse('activation/wrong-code', 'OPERATOR-SECOND-FACTOR', {
    it: 'Il codice non è giusto: controllare l’ora del dispositivo e inserire il codice più recente.',
    en: 'The code is wrong: check the clock of the device and type the latest code.',
  });
}

/** The password was typed in two ways. */
export function passwordsDiffer(): ActivationRefusal {
  return refuse('activation/passwords-differ', 'OPERATOR-ACTIVATION', {
    it: 'Le due password non sono uguali.',
    en: 'The two passwords differ.',
  });
}

/** The password stands in the list of breached ones. */
export function breached(): ActivationRefusal {
  return refuse('password/breached', 'PASSWORD-BREACHED', {
    it: 'La password compare in elenchi di password rubate: sceglierne un’altra.',
    en: 'The password stands in lists of stolen passwords: choose another.',
  });
}

/** One of the last passwords of this operator. */
export function usedBefore(): ActivationRefusal {
  return refuse('password/used-before', 'PASSWORD-HISTORY', {
    it: `La password è una delle ultime ${passwordsKept}: sceglierne un’altra.`,
    en: `The password is one of the last ${passwordsKept}: choose another.`,
  });
}

/**
 * The one answer to every failed sign-in, whatever was wrong and whether or not the name exists.
 * @rule ACCESS-SAME-WORDS
 */
export function operatorDenied(): Refusal<'access/denied'> {
  return refuse('access/denied', 'ACCESS-SAME-WORDS', {
    it: 'Nome utente, password o codice non validi.',
    en: 'User name, password or code not valid.',
  });
}

/** Whether a link still opens its page. */
export function isActivationOpen(until: Instant | null, now: Instant): boolean {
  return until !== null && now < until;
}
