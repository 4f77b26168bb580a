import { describe, expect, test } from '@jest/globals';
import { isRefusal, parseCodiceFiscale, romeDay, verifyCodiceFiscale } from '@recapito/primitives';
import { cohortCsv, person } from './people.ts';

describe('the people of the benchmarks', () => {
  test('the first is the person that their codice fiscale says', () => {
    expect(person(1)).toMatchObject({
      codiceFiscale: 'BNCNNA30A42H501K',
      cognome: 'Bianchi',
      nome: 'Anna',
      sesso: 'F',
      dataNascita: '1930-01-02',
      comuneNascita: 'H501',
    });
  });

  test('a thousand people have a thousand codici fiscali, each consistent with its person', () => {
    const people = Array.from({ length: 1_000 }, (_, index) => person(index + 1));
    for (const { codiceFiscale, cognome, nome, sesso, dataNascita, comuneNascita } of people) {
      const code = parseCodiceFiscale(codiceFiscale);
      if (isRefusal(code)) throw new Error(code.words.en);
      const birthDate = romeDay(dataNascita);
      const declared = { surname: cognome, name: nome, sex: sesso, birthDate, birthplace: comuneNascita };
      expect(isRefusal(verifyCodiceFiscale(code, declared))).toBe(false);
    }
    expect(new Set(people.map(({ codiceFiscale }) => codiceFiscale)).size).toBe(1_000);
  });

  test('a cohort is a header and a line a person', () => {
    const lines = cohortCsv(3).trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]?.split(',')).toHaveLength(13);
    expect(lines[1]).toMatch(/^BNCNNA30A42H501K,Bianchi,Anna,F,1930-01-02,H501,bncnna30a42h501k@inpspec\.gov\.it,/);
  });
});
