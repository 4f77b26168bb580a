import { checkLetter } from './codice-fiscale.ts';
import type { CodiceFiscale } from './codice-fiscale.ts';

/** The letter that stands for each digit, 0 to 9. */
const letters = 'LMNPQRSTUV';

/** Indexes of the seven digits that may be replaced, in the order in which the tax office replaces them. */
const replaceable = [14, 13, 12, 10, 9, 7, 6] as const;

/**
 * True when at least one digit has been replaced by a letter, which the tax office does when two persons would
 * compute to the same code.
 */
export function hasOmocodia(code: CodiceFiscale): boolean {
  return replaceable.some((index) => isLetter(code.charAt(index)));
}

/**
 * The first fifteen characters with their digits back, for **reading** what a code says of a person.
 * Never a key: two living persons differ in nothing but their omocodia letters.
 */
export function digitsRestored(code: CodiceFiscale): string {
  const characters = Array.from(code.slice(0, 15));
  for (const index of replaceable) {
    const character = code.charAt(index);
    if (isLetter(character)) characters[index] = String(letters.indexOf(character));
  }
  return characters.join('');
}

/**
 * The 127 codes that the tax office could assign in place of this one's base form, the first with one letter at the
 * far right, the last with seven. For recognising and testing: which of them is anybody's, only the tax office knows.
 */
export function omocodiaVariants(code: CodiceFiscale): readonly CodiceFiscale[] {
  const base = digitsRestored(code);
  return Array.from({ length: 127 }, (_, index) => replaced(base, index + 1));
}

/** Replaces the digits chosen by the bits of `chosen`: bit 0 is the rightmost digit. */
function replaced(base: string, chosen: number): CodiceFiscale {
  const characters = Array.from(base);
  replaceable.forEach((index, bit) => {
    if (((chosen >> bit) & 1) === 1) characters[index] = letters.charAt(Number(base.charAt(index)));
  });
  const first15 = characters.join('');
  return (first15 + checkLetter(first15)) as CodiceFiscale;
}

function isLetter(character: string): boolean {
  return character >= 'A';
}
