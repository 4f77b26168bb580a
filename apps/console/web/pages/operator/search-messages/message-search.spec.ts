import { expect, test } from '@jest/globals';
import { addressOf, queryIn } from './message-search.ts';

test('what is looked for stands in the address of the page, without what is empty', () => {
  const query = { identificativo: '', sender: ' mario@pec.example ', day: '2010-08-02' };
  expect(addressOf(query)).toEqual({ mittente: 'mario@pec.example', giorno: '2010-08-02' });
  expect(queryIn(new URLSearchParams(addressOf(query)))).toEqual({ sender: 'mario@pec.example', day: '2010-08-02' });
});

test('an address that looks for nothing asks nothing, whatever else it has', () => {
  expect(queryIn(new URLSearchParams('mittente=%20&altro=1'))).toEqual({});
});
