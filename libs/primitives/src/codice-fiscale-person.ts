import { isRealDate } from './civil-time.ts';
import type { RomeDay } from './civil-time.ts';
import type { CodiceFiscale } from './codice-fiscale.ts';
import { digitsRestored } from './codice-fiscale-omocodia.ts';
import { withoutDiacritics } from './letters.ts';
import { isRefusal, refuse } from './refusal.ts';
import type { Refusal, Words } from './refusal.ts';

export type Sex = 'M' | 'F';

/** What a person declares of themselves: names as written, maiden name for women, place as a Belfiore code. */
export interface PersonalData {
  readonly surname: string;
  readonly name: string;
  readonly sex: Sex;
  readonly birthDate: RomeDay;
  readonly birthplace: string;
}

/** What a codice fiscale says of its holder. The century is not in it. */
export interface EncodedPerson {
  readonly surname: string;
  readonly name: string;
  /** 0 to 99. */
  readonly yearOfCentury: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly sex: Sex;
  /** Belfiore code of the municipality, or Z and three digits for a foreign state. */
  readonly birthplace: string;
}

/** The parts of a person that a code carries, by the names of {@link PersonalData}. */
export type PersonPart = keyof PersonalData;

const months = 'ABCDEHLMPRST';
const partWords: Readonly<Record<PersonPart, Words>> = {
  surname: { it: 'cognome', en: 'surname' },
  name: { it: 'nome', en: 'first name' },
  sex: { it: 'sesso', en: 'sex' },
  birthDate: { it: 'data di nascita', en: 'date of birth' },
  birthplace: { it: 'luogo di nascita', en: 'place of birth' },
};

/**
 * The plausible level: what the code says, when that can be true of somebody.
 * A day must exist in at least one century; a place begins with A to M, or Z for a foreign state.
 * Refusals: `codice-fiscale/impossible-date`, `codice-fiscale/impossible-place`.
 */
export function decodeCodiceFiscale(
  code: CodiceFiscale,
): EncodedPerson | Refusal<'codice-fiscale/impossible-date' | 'codice-fiscale/impossible-place'> {
  const person = encodedIn(digitsRestored(code));
  if (!existsInSomeCentury(person)) {
    return refuse('codice-fiscale/impossible-date', 'CF-REAL-DATE', {
      it: 'La data di nascita scritta nel codice fiscale non esiste nel calendario.',
      en: 'The date of birth written in the codice fiscale is on no calendar.',
    });
  }
  if (!/^[A-MZ]/.test(person.birthplace)) {
    return refuse('codice-fiscale/impossible-place', 'CF-PLACE', {
      it: 'Il luogo di nascita scritto nel codice fiscale non è né un comune italiano né uno stato estero.',
      en: 'The place of birth written in the codice fiscale is neither an Italian municipality nor a foreign state.',
    });
  }
  return person;
}

/**
 * The consistent level: the code agrees with what the person declares, omocodia or not. It never says that the code
 * was assigned to them: that is the tax registry's to say.
 * Refusals: those of {@link decodeCodiceFiscale}, and `codice-fiscale/inconsistent` whose `details.disagrees` lists
 * the parts that differ, separated by commas (`surname,birthDate`).
 */
export function verifyCodiceFiscale(
  code: CodiceFiscale,
  declared: PersonalData,
):
  | EncodedPerson
  | Refusal<'codice-fiscale/impossible-date' | 'codice-fiscale/impossible-place' | 'codice-fiscale/inconsistent'> {
  const encoded = decodeCodiceFiscale(code);
  if (isRefusal(encoded)) return encoded;
  const parts = disagreements(encoded, declared);
  if (parts.length === 0) return encoded;
  return refuse(
    'codice-fiscale/inconsistent',
    'CF-CONSISTENT',
    {
      it: `Il codice fiscale non corrisponde ai dati dichiarati: ${parts.map((part) => partWords[part].it).join(', ')}.`,
      en: `The codice fiscale does not agree with what was declared: ${parts.map((part) => partWords[part].en).join(', ')}.`,
    },
    { disagrees: parts.join(',') },
  );
}

/** Which parts of what a person declares differ from what their code says. */
function disagreements(encoded: EncodedPerson, declared: PersonalData): readonly PersonPart[] {
  const agrees: Readonly<Record<PersonPart, boolean>> = {
    surname: encoded.surname === surnameCode(declared.surname),
    name: encoded.name === nameCode(declared.name),
    sex: encoded.sex === declared.sex,
    birthDate:
      encoded.yearOfCentury === Number(declared.birthDate.slice(2, 4)) &&
      encoded.month === Number(declared.birthDate.slice(5, 7)) &&
      encoded.day === Number(declared.birthDate.slice(8, 10)),
    birthplace: encoded.birthplace === declared.birthplace.trim().toUpperCase(),
  };
  return (Object.keys(agrees) as PersonPart[]).filter((part) => !agrees[part]);
}

/** Three letters of a surname: consonants in order, then vowels in order, then X. */
export function surnameCode(surname: string): string {
  const { consonants, vowels } = split(surname);
  return (consonants + vowels + 'XXX').slice(0, 3);
}

/** Three letters of a first name: as a surname, but of four consonants or more the second is passed over. */
export function nameCode(name: string): string {
  const { consonants, vowels } = split(name);
  const chosen = consonants.length >= 4 ? consonants.charAt(0) + consonants.slice(2) : consonants;
  return (chosen + vowels + 'XXX').slice(0, 3);
}

function split(name: string): { consonants: string; vowels: string } {
  const letters = withoutDiacritics(name)
    .toUpperCase()
    .replace(/[^A-Z]/g, '');
  return { consonants: letters.replace(/[AEIOU]/g, ''), vowels: letters.replace(/[^AEIOU]/g, '') };
}

function encodedIn(digits: string): EncodedPerson {
  const day = Number(digits.slice(9, 11));
  return {
    surname: digits.slice(0, 3),
    name: digits.slice(3, 6),
    yearOfCentury: Number(digits.slice(6, 8)),
    month: months.indexOf(digits.charAt(8)) + 1,
    day: day > 40 ? day - 40 : day,
    sex: day > 40 ? 'F' : 'M',
    birthplace: digits.slice(11, 15),
  };
}

function existsInSomeCentury({ yearOfCentury, month, day }: EncodedPerson): boolean {
  return isRealDate(1900 + yearOfCentury, month, day) || isRealDate(2000 + yearOfCentury, month, day);
}
