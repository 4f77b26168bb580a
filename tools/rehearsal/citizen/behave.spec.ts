import { expect, test } from '@jest/globals';
import { expectedEnd } from './behave.ts';

test.each([
  ['puntuale', 'completed'],
  ['ultimo_minuto', 'completed'],
  ['fuori_ordine', 'completed'],
  ['password_errata', 'completed'],
  ['due_volte', 'completed'],
  ['in_ritardo', 'lapsed'],
  ['mai', 'lapsed'],
  ['interrotto:1', 'lapsed'],
  ['interrotto:5', 'lapsed'],
] as const)('whoever behaves as %s ends as %s', (behaviour, end) => {
  expect(expectedEnd({ behaviour })).toBe(end);
});
