import { foreignLetters, withoutDiacritics } from './letters.ts';
import { refuse } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** What stands before the `@` of a person's address: lower-case ASCII letters, digits and one dot, at most 64 octets. */
export type LocalPart = string & { readonly __localPart: unique symbol };

const longest = 64;

/**
 * `nome.cognome` of a person: diacritics, apostrophes, hyphens and blanks disappear (`D'Angelo` gives `dangelo`).
 * Refusal: `name/not-addressable`, with `details.reason` `letters` (one cannot be written in an address, and a name is not
 * shortened by it), `empty` (nothing is left of a name) or `too-long`.
 */
export function localPart(nome: string, cognome: string): LocalPart | Refusal<'name/not-addressable'> {
  const first = letterOrDigit(nome);
  const last = letterOrDigit(cognome);
  // A name in which nothing can be written in an address has no address. @rule ADDRESS-NAME
  if (first === '' || last === '') {
    return refuse(
      'name/not-addressable',
      'ADDRESS-NAME',
      {
        it: 'Il nome o il cognome non contiene alcun carattere che possa stare in un indirizzo.',
        en: 'The first name or the surname has no character that can stand in an address.',
      },
      { reason: 'empty' },
    );
  }
  const foreign = [...new Set([nome, cognome].flatMap(foreignLetters))];
  return foreign.length === 0 ? notTooLong(`${first}.${last}`) : hasForeignLetters(foreign);
}

/**
 * The local part of the nth person of that name: the first has it bare, the second gets `2` after it, and so on.
 * Which of them is still free is for whoever keeps the addresses to say; one that was ever assigned never is again.
 * How PostaCertificat@ itself numbered homonyms is not known: a provider with another rule puts another function here.
 * Refusal: `name/not-addressable` when the number makes it too long. @throws RangeError when `nth` is no ordinal.
 */
export function homonym(base: LocalPart, nth: number): LocalPart | Refusal<'name/not-addressable'> {
  if (!Number.isInteger(nth) || nth < 1) throw new RangeError(`${nth} is not the ordinal of a homonym`);
  return nth === 1 ? base : notTooLong(`${base}${nth}`);
}

// @rule NAME-LETTERS
function hasForeignLetters(letters: readonly string[]): Refusal<'name/not-addressable'> {
  const listed = letters.join(', ');
  return refuse(
    'name/not-addressable',
    'NAME-LETTERS',
    {
      it: `Il nome o il cognome contiene lettere che non si possono scrivere in un indirizzo: ${listed}.`,
      en: `The first name or the surname has letters that cannot be written in an address: ${listed}.`,
    },
    { reason: 'letters' },
  );
}

function letterOrDigit(name: string): string {
  return withoutDiacritics(name).replace(/[^a-z0-9]/g, '');
}

function notTooLong(text: string): LocalPart | Refusal<'name/not-addressable'> {
  if (text.length <= longest) return text as LocalPart;
  return refuse(
    'name/not-addressable',
    'ADDRESS-LENGTH',
    {
      it: 'Nome e cognome insieme superano i 64 caratteri che un indirizzo può avere prima della chiocciola.',
      en: 'First name and surname together exceed the 64 characters an address may have before the @.',
    },
    { reason: 'too-long' },
  );
}
