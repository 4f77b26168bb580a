import { describe, expect, test } from '@jest/globals';
import { daysOf, filterIn, matching, searchOf } from './holders.ts';

const anna = {
  codiceFiscale: 'BNCNNA80A41H501X',
  from: 'bncnna80a41h501x@inpspec.gov.it',
  to: 'anna.bianchi@postacertificata.gov.it',
  state: 'completed' as const,
  completedAt: '2010-08-03T22:30:00.000Z',
};
const luca = {
  codiceFiscale: 'VRDLCU70A01H501W',
  from: 'vrdlcu70a01h501w@inpspec.gov.it',
  to: null,
  state: 'refused' as const,
  completedAt: null,
};

describe('the filter of the holders', () => {
  test.each([
    ['', [anna, luca]],
    ['bncnna80', [anna]],
    [' ANNA.Bianchi@ ', [anna]],
    ['h501', [anna, luca]],
    ['nessuno', []],
  ])('"%s" finds by codice fiscale and both addresses, in any case', (text, found) => {
    expect(matching([anna, luca], { text, outcome: null })).toEqual(found);
  });

  test('an outcome leaves out the others', () => {
    expect(matching([anna, luca], { text: '', outcome: 'refused' })).toEqual([luca]);
  });

  test('stands in the address and is read back from it', () => {
    const search = searchOf({ text: 'anna & co', outcome: 'lapsed' });
    expect(search.toString()).toBe('cerca=anna+%26+co&esito=lapsed');
    expect(filterIn(search)).toEqual({ text: 'anna & co', outcome: 'lapsed' });
    expect(searchOf({ text: '', outcome: null }).toString()).toBe('');
  });

  test('an outcome that there is not counts as left out', () => {
    expect(filterIn(new URLSearchParams('esito=smarrita'))).toEqual({ text: '', outcome: null });
  });
});

test('a box activated half an hour after midnight in Rome belongs to the new day', () => {
  expect(daysOf([anna, luca, { ...anna, completedAt: '2010-08-02T08:00:00.000Z' }])).toEqual([
    { day: '2010-08-02', confirmed: 0, completed: 1 },
    { day: '2010-08-04', confirmed: 0, completed: 1 },
  ]);
});
