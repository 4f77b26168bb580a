import { expect, test } from '@jest/globals';
import { statementNames } from './statement-names.ts';

test('a statement keeps its name, another has another', () => {
  const name = statementNames();
  const [one, other] = [name({ sql: 'SELECT 1' }), name({ sql: 'SELECT 2' })];
  expect(one).not.toBe('');
  expect(other).not.toBe(one);
  expect(name({ sql: 'SELECT 1' })).toBe(one);
});

test('after five hundred a new one has none, and the first keep theirs', () => {
  const name = statementNames();
  const names = Array.from({ length: 500 }, (_, nth) => name({ sql: `SELECT ${nth}` }));
  expect(new Set(names).size).toBe(500);
  expect(name({ sql: 'SELECT 500' })).toBe('');
  expect(name({ sql: 'SELECT 499' })).toBe(names[499]);
});
