import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { isRepetition } from './repetition.ts';

const firstAt = parseInstant('2010-08-02T07:00:00Z');

describe('the same message again', () => {
  test.each([
    [true, '2010-08-09T06:59:59.999Z', true],
    [true, '2010-08-09T07:00:00Z', false],
    [false, '2010-08-02T07:59:59.999Z', true],
    [false, '2010-08-02T08:00:00Z', false],
    [false, '2010-08-02T06:59:00Z', true],
  ])('with a Message-ID: %s, at %s is a repetition: %s', (hasClientId, at, expected) => {
    expect(isRepetition({ hasClientId, firstAt, at: parseInstant(at) })).toBe(expected);
  });
});
