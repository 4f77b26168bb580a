import { describe, expect, test } from '@jest/globals';
import { queryOf } from './search.ts';

describe('what is typed into the one search box', () => {
  test.each(['RSSMRA80A01H501U', ' rssmra80a01h501u ', 'RSSMRA80A01H50MM', 'RSS MRA 80A01 H501U'])(
    'is a codice fiscale when it looks like one, with its blanks left out: %s',
    (typed) => expect(queryOf(typed)).toEqual({ codiceFiscale: typed.replaceAll(' ', '') }),
  );

  test('is the address of a box when it has an @', () => {
    expect(queryOf(' mario.rossi@postacertificata.gov.it')).toEqual({ address: 'mario.rossi@postacertificata.gov.it' });
  });

  test.each(['Rossi', 'De Luca Gianfranco', 'D’Angelo', 'Mariangela Bianch'])('is a name otherwise: %s', (typed) =>
    expect(queryOf(typed)).toEqual({ name: typed }),
  );

  test.each(['', ' ', 'r'])('looks for nobody when it is %j', (typed) => expect(queryOf(typed)).toBeNull());
});
