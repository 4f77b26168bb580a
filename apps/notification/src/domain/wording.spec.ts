import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { lastDayOf, placesIn, wording } from './wording.ts';

describe('the wording of a communication', () => {
  test('is Italian first, then English, each with its own words for a day', () => {
    const text = { it: 'Gentile {{name}}, entro il {{day}}.\n', en: 'Dear {{name}}, by {{day}}.\n' };
    const day = { it: '15 settembre 2010', en: '15 September 2010' };
    expect(wording(text, { name: 'Nicolò', day })).toBe(
      `Gentile Nicolò, entro il 15 settembre 2010.\n\n${'-'.repeat(60)}\n\nDear Nicolò, by 15 September 2010.\n`,
    );
  });

  test('takes a value as it is, even one that looks like a place or a pattern', () => {
    expect(wording({ it: 'a {{x}}', en: 'b {{x}}' }, { x: '{{y}} $& $1' })).toContain('a {{y}} $& $1');
  });

  test('is not written with a place left empty', () => {
    expect(() => wording({ it: '{{x}}', en: '' }, {})).toThrow('{{x}}');
  });

  test('has the places that its text names', () => {
    expect(placesIn('{{b}} and {{a}}, {{b}} again, {c}')).toEqual(['a', 'b']);
  });
});

describe('the last day of a window', () => {
  test('is 15 September for the bound at which 16 September begins in Rome', () => {
    expect(lastDayOf(parseInstant('2010-09-15T22:00:00Z'))).toEqual({
      it: '15 settembre 2010',
      en: '15 September 2010',
    });
  });

  test('is counted by the clocks in Rome, in winter too', () => {
    expect(lastDayOf(parseInstant('2010-12-31T23:00:00Z'))).toEqual({ it: '31 dicembre 2010', en: '31 December 2010' });
  });
});
