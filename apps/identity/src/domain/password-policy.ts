import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';

/** What a holder's secret must not repeat; an operator has neither codice fiscale nor date of birth here. */
export interface KnownOfHolder {
  readonly codiceFiscale: string | null;
  readonly cognome: string;
  readonly nome: string;
  /** `YYYY-MM-DD` */
  readonly dataNascita: string | null;
  /** Addresses, or user names, by which the holder signs in. */
  readonly addresses: readonly string[];
}

const shortestPassword = 8;
const longestPassword = 128;

export type PasswordRefusal = Refusal<
  'password/too-short' | 'password/too-long' | 'password/personal' | 'password/first-access' | 'password/monotonous'
>;

/**
 * Whether a password may be chosen: 8 to 128 characters, not the one it replaces, nothing that leads back to the
 * holder. `firstAccess` null: there is none to replace. Source: D.Lgs. 196/2003, Annex B, point 5. Refusals: `password/too-short`, `password/too-long`,
 * `password/first-access`, `password/monotonous`, `password/personal`.
 */
export function judgePassword(
  password: string,
  firstAccess: string | null,
  holder: KnownOfHolder,
): PasswordRefusal | null {
  const length = Array.from(password).length;
  if (length < shortestPassword) return tooShort();
  if (length > longestPassword) return tooLong();
  if (firstAccess !== null && letters(password) === letters(firstAccess)) return sameAsFirst();
  if (isMonotonous(password)) return monotonous();
  if (recallsHolder(password, holder)) return personal();
  return null;
}

export type PinChoiceRefusal = Refusal<'pin/malformed' | 'pin/predictable'>;

/**
 * Whether a personal PIN may be chosen: eight letters or digits, not a run, not a piece of the first PIN, of the codice
 * fiscale or of the date of birth. Refusals: `pin/malformed`, `pin/predictable`.
 */
export function judgePin(pin: string, first: string, holder: KnownOfHolder): PinChoiceRefusal | null {
  if (!/^[A-Za-z0-9]{8}$/.test(pin)) {
    return refuse('pin/malformed', 'INPS-PIN-FORM', {
      it: 'Il PIN personale è formato da otto lettere o cifre.',
      en: 'The personal PIN has eight letters or digits.',
    });
  }
  if (isMonotonous(pin) || letters(first).includes(letters(pin)) || recallsHolder(pin, holder)) {
    return refuse('pin/predictable', 'INPS-PIN-FORM', {
      it: 'Il PIN scelto è troppo prevedibile: non deve ripetere il primo PIN, il codice fiscale, la data di nascita o una sequenza.',
      en: 'The PIN is too easy to guess: it must not repeat the first PIN, the codice fiscale, the date of birth or a run.',
    });
  }
  return null;
}

/** One character repeated, or each next to the last in the alphabet or among the digits, up or down. */
function isMonotonous(text: string): boolean {
  const codes = Array.from(text.toLowerCase(), (character) => character.codePointAt(0) ?? 0);
  const steps = new Set(codes.slice(1).map((code, index) => code - (codes[index] ?? 0)));
  const [step = 0] = steps;
  return steps.size <= 1 && Math.abs(step) <= 1;
}

function recallsHolder(text: string, holder: KnownOfHolder): boolean {
  const written = letters(text);
  const [year = '', month = '', day = ''] = holder.dataNascita?.split('-') ?? [];
  const names = [holder.cognome, holder.nome, ...holder.addresses.map((address) => address.split('@')[0] ?? '')];
  const known = [`${year}${month}${day}`, `${day}${month}${year}`, ...names].map(letters);
  // Names of one to three letters stand in too many words to forbid them.
  if (known.some((word) => word.length > 3 && written.includes(word))) return true;
  if (holder.codiceFiscale === null) return false;
  const codiceFiscale = letters(holder.codiceFiscale);
  return written.includes(codiceFiscale) || (written.length > 3 && codiceFiscale.includes(written));
}

/** Only letters and digits, in lower case and without diacritics: how people recognise a word in a password. */
function letters(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]/gu, '');
}

function tooShort(): PasswordRefusal {
  return refuse(
    'password/too-short',
    'PASSWORD-POLICY',
    { it: 'La password deve avere almeno 8 caratteri.', en: 'The password must have at least 8 characters.' },
    { least: shortestPassword },
  );
}

function tooLong(): PasswordRefusal {
  return refuse(
    'password/too-long',
    'PASSWORD-POLICY',
    { it: 'La password può avere al massimo 128 caratteri.', en: 'The password may have at most 128 characters.' },
    { most: longestPassword },
  );
}

function sameAsFirst(): PasswordRefusal {
  return refuse('password/first-access', 'PASSWORD-POLICY', {
    it: 'La nuova password deve essere diversa da quella di primo accesso.',
    en: 'The new password must differ from the first-access one.',
  });
}

function monotonous(): PasswordRefusal {
  return refuse('password/monotonous', 'PASSWORD-POLICY', {
    it: 'La password non può essere un solo carattere ripetuto o una semplice sequenza.',
    en: 'The password must not be one repeated character or a plain sequence.',
  });
}

function personal(): PasswordRefusal {
  return refuse('password/personal', 'PASSWORD-POLICY', {
    it: 'La password non deve contenere il nome, il cognome, l’indirizzo, la data di nascita o il codice fiscale.',
    en: 'The password must not contain the first name, surname, address, date of birth or codice fiscale.',
  });
}
