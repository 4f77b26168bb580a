import { describe, expect, test } from '@jest/globals';
import { after, formatInstant, instant, parseInstant } from './instant.ts';

describe('an instant', () => {
  test('is read from RFC 3339 with any offset, and written in UTC', () => {
    expect(formatInstant(parseInstant('2010-09-16T00:00:00+02:00'))).toBe('2010-09-15T22:00:00.000Z');
    expect(formatInstant(parseInstant('2010-09-15T21:59:59.999Z'))).toBe('2010-09-15T21:59:59.999Z');
    expect(parseInstant('2014-12-18T00:00+01:00')).toBe(1_418_857_200_000);
  });

  test.each(['2010-09-15', '2010-09-15T22:00:00', '15/09/2010 22:00', '2010-09-15T22:00:00.000000Z', ''])(
    '%j is refused, because it names no instant',
    (text) => {
      expect(() => parseInstant(text)).toThrow(RangeError);
    },
  );

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 0.5, 8.64e15 + 1])('%d is no instant', (milliseconds) => {
    expect(() => instant(milliseconds)).toThrow(RangeError);
  });

  test('elapsed time is added in milliseconds', () => {
    expect(after(parseInstant('2010-09-15T21:59:59.999Z'), 1)).toBe(parseInstant('2010-09-15T22:00:00Z'));
  });
});
