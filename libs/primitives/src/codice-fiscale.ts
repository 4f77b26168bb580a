import { refuse } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/**
 * The sixteen characters by which the tax office knows a natural person, in upper case, **as written**: a code with
 * omocodia letters stays so, because the same code without them may belong to somebody else.
 * Having one proves the syntactic level only: the pattern and the check letter.
 */
export type CodiceFiscale = string & { readonly __codiceFiscale: unique symbol };

const pattern = /^[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]$/i;

/** What a character on an odd place counts, by its rank (0-9, A-Z with A = 0); on an even place it counts its rank. */
const oddPlaces = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
] as const;

const zero = '0'.charCodeAt(0);
const nine = '9'.charCodeAt(0);
const letterA = 'A'.charCodeAt(0);

/**
 * The syntactic level: blanks around it and lower case are forgiven, the pattern and the check letter are not.
 * Source: DM 23 December 1976 n. 13813. Refusals: `codice-fiscale/malformed`, `codice-fiscale/check-letter`.
 */
export function parseCodiceFiscale(
  text: string,
): CodiceFiscale | Refusal<'codice-fiscale/malformed' | 'codice-fiscale/check-letter'> {
  const typed = text.trim();
  // Asked of what was typed: upper case would turn some foreign letters into ours (long s, dotless i).
  if (!pattern.test(typed)) {
    return refuse('codice-fiscale/malformed', 'CF-PATTERN', {
      it: 'Il codice fiscale non ha la forma di sedici caratteri prevista per le persone fisiche.',
      en: 'This is not a codice fiscale: a natural person has sixteen characters in a fixed pattern.',
    });
  }
  const code = typed.toUpperCase();
  if (checkLetter(code) !== code.slice(15)) {
    return refuse('codice-fiscale/check-letter', 'CF-CHECK-LETTER', {
      it: 'L’ultima lettera del codice fiscale non corrisponde agli altri quindici caratteri: probabile errore di battitura.',
      en: 'The last letter of the codice fiscale does not follow from the other fifteen: probably a typing error.',
    });
  }
  return code as CodiceFiscale;
}

/** The check letter that follows from the first fifteen characters (upper-case letters and digits). */
export function checkLetter(code: string): string {
  let sum = 0;
  for (let index = 0; index < 15; index += 1) {
    const rank = rankOf(code.charCodeAt(index));
    // People count places from one, so the even indexes are the odd places.
    sum += index % 2 === 0 ? (oddPlaces[rank] ?? NaN) : rank;
  }
  return String.fromCharCode(letterA + (sum % 26));
}

function rankOf(character: number): number {
  return character >= zero && character <= nine ? character - zero : character - letterA;
}
