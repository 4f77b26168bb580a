import { describe, expect, test } from '@jest/globals';
import { isRefusal, refuse } from './refusal.ts';

const words = { it: 'Non si può.', en: 'It cannot be done.' };

describe('a refusal', () => {
  test('carries its code, its rule and the words for the person', () => {
    expect(refuse('day/malformed', 'DAY-FORM', words)).toEqual({ refused: 'day/malformed', rule: 'DAY-FORM', words });
    expect(refuse('day/malformed', 'DAY-FORM', words, { line: 3 })).toMatchObject({ details: { line: 3 } });
  });

  test('is told from a value', () => {
    expect(isRefusal(refuse('day/malformed', 'DAY-FORM', words))).toBe(true);
    for (const value of ['2010-09-15', 0, null, undefined, { rule: 'DAY-FORM' }, { refused: true }])
      expect(isRefusal(value)).toBe(false);
  });
});
