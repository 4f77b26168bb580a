import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { romeDay } from './civil-time.ts';
import { parseCodiceFiscale } from './codice-fiscale.ts';
import type { CodiceFiscale } from './codice-fiscale.ts';
import { omocodiaVariants } from './codice-fiscale-omocodia.ts';
import { decodeCodiceFiscale, nameCode, surnameCode, verifyCodiceFiscale } from './codice-fiscale-person.ts';
import type { PersonalData, Sex } from './codice-fiscale-person.ts';
import { isRefusal } from './refusal.ts';

function known(code: string): CodiceFiscale {
  const parsed = parseCodiceFiscale(code);
  if (isRefusal(parsed)) throw new Error(`${code}: ${parsed.refused}`);
  return parsed;
}

function person(surname: string, name: string, sex: Sex, birthDate: string, birthplace: string): PersonalData {
  return { surname, name, sex, birthDate: romeDay(birthDate), birthplace };
}

const marioRossi = person('Rossi', 'Mario', 'M', '1980-01-01', 'H501');

const people: readonly (readonly [string, PersonalData])[] = [
  ['RSSMRA80A01H501U', marioRossi],
  ['RSSMRA80A41H501Y', person('Rossi', 'Maria', 'F', '1980-01-01', 'H501')],
  ['RSSMRA70A01F205V', person('Rossi', 'Mario', 'M', '1970-01-01', 'F205')],
  ['BNCNNA85T71F205P', person('Bianchi', 'Anna', 'F', '1985-12-31', 'F205')],
  ['FOXLAX00B29L219T', person('Fo', 'Al', 'M', '2000-02-29', 'L219')],
  ['DNGNCL99M09F839Z', person("D'Angelo", 'Nicolò', 'M', '1999-08-09', 'F839')],
  ['DLCGFR75L15A944D', person('De Luca', 'Gianfranco', 'M', '1975-07-15', 'A944')],
  ['VRDGLI90E43Z112U', person('Verdi', 'Giulia', 'F', '1990-05-03', 'Z112')],
  ['LLAEAX61R60G273W', person('Aiello', 'Ea', 'F', '1961-10-20', 'G273')],
];

describe('the three letters of a surname', () => {
  test.each([
    ['Rossi', 'RSS'],
    ['Fo', 'FOX'],
    ['Aiello', 'LLA'],
    ["D'Angelo", 'DNG'],
    ['D’Angelo', 'DNG'],
    ['De Luca', 'DLC'],
    ['Bà', 'BAX'],
  ])('%s gives %s', (surname, code) => {
    expect(surnameCode(surname)).toBe(code);
  });
});

describe('the three letters of a first name', () => {
  test.each([
    ['Gianfranco', 'GFR'],
    ['Mario', 'MRA'],
    ['Anna', 'NNA'],
    ['Ada', 'DAA'],
    ['Al', 'LAX'],
    ['Maria Grazia', 'MGR'],
    ['Nicolò', 'NCL'],
  ])('%s gives %s', (name, code) => {
    expect(nameCode(name)).toBe(code);
  });
});

describe('the plausible level', () => {
  test('a code says date, sex and place, without the century', () => {
    expect(decodeCodiceFiscale(known('BNCNNA85T71F205P'))).toEqual({
      surname: 'BNC',
      name: 'NNA',
      yearOfCentury: 85,
      month: 12,
      day: 31,
      sex: 'F',
      birthplace: 'F205',
    });
  });

  test('omocodia letters are read as the digits they stand for', () => {
    expect(decodeCodiceFiscale(known('LLAEAXSMRSLGNTPQ'))).toEqual({
      surname: 'LLA',
      name: 'EAX',
      yearOfCentury: 61,
      month: 10,
      day: 20,
      sex: 'F',
      birthplace: 'G273',
    });
  });

  test('29 February 00 is possible, because 2000 was a leap year though 1900 was not', () => {
    expect(decodeCodiceFiscale(known('FOXLAX00B29L219T'))).toMatchObject({ month: 2, day: 29 });
  });

  // @rule CF-REAL-DATE
  test.each([
    ['RSSMRA80B30H501X', '30 February'],
    ['RSSMRA80A32H501C', 'a day 32'],
    ['RSSMRA80A72H501G', 'a woman’s day 32'],
  ])('%s is refused for %s, though its check letter is right', (code) => {
    expect(decodeCodiceFiscale(known(code))).toMatchObject({
      refused: 'codice-fiscale/impossible-date',
      rule: 'CF-REAL-DATE',
    });
  });

  // @rule CF-PLACE
  test('a place beginning with R is neither a municipality nor a foreign state', () => {
    expect(decodeCodiceFiscale(known('RRANGL74M28R701D'))).toMatchObject({
      refused: 'codice-fiscale/impossible-place',
      rule: 'CF-PLACE',
    });
  });
});

// @rule CF-CONSISTENT
describe('the consistent level', () => {
  test.each(people)('%s agrees with what its holder declares', (code, declared) => {
    expect(isRefusal(verifyCodiceFiscale(known(code), declared))).toBe(false);
  });

  test('any of the 127 omocodia variants agrees with the same person', () => {
    fc.assert(
      fc.property(fc.constantFrom(...people), fc.nat(126), ([code, declared], index) => {
        const variant = known(omocodiaVariants(known(code))[index] ?? '');
        expect(isRefusal(verifyCodiceFiscale(variant, declared))).toBe(false);
      }),
    );
  });

  test.each<[string, Partial<PersonalData>, string]>([
    ['surname', { surname: 'Bruni' }, 'cognome'],
    ['name', { name: 'Luca' }, 'nome'],
    ['sex', { sex: 'F' }, 'sesso'],
    ['birthDate', { birthDate: romeDay('1981-01-01') }, 'data di nascita'],
    ['birthDate', { birthDate: romeDay('1980-02-01') }, 'data di nascita'],
    ['birthDate', { birthDate: romeDay('1980-01-02') }, 'data di nascita'],
    ['birthplace', { birthplace: 'F205' }, 'luogo di nascita'],
  ])('a different %s is named in the refusal', (part, change, word) => {
    const refusal = verifyCodiceFiscale(known('RSSMRA80A01H501U'), { ...marioRossi, ...change });
    expect(refusal).toMatchObject({
      refused: 'codice-fiscale/inconsistent',
      rule: 'CF-CONSISTENT',
      details: { disagrees: part },
    });
    expect(isRefusal(refusal) && refusal.words.it).toContain(word);
  });

  test('every part that differs is named at once', () => {
    const annaBianchi = person('Bianchi', 'Anna', 'F', '1985-12-31', 'F205');
    expect(verifyCodiceFiscale(known('RSSMRA80A01H501U'), annaBianchi)).toMatchObject({
      details: { disagrees: 'surname,name,sex,birthDate,birthplace' },
    });
  });

  test('the century cannot be told apart: somebody born a hundred years earlier agrees too', () => {
    const earlier = { ...marioRossi, birthDate: romeDay('1880-01-01') };
    expect(isRefusal(verifyCodiceFiscale(known('RSSMRA80A01H501U'), earlier))).toBe(false);
  });

  test('an impossible date is said before any disagreement', () => {
    expect(verifyCodiceFiscale(known('RSSMRA80B30H501X'), marioRossi)).toMatchObject({
      refused: 'codice-fiscale/impossible-date',
    });
  });

  test('a birthplace in lower case is the same place', () => {
    expect(isRefusal(verifyCodiceFiscale(known('RSSMRA80A01H501U'), { ...marioRossi, birthplace: 'h501' }))).toBe(
      false,
    );
  });
});
