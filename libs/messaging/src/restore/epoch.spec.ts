import { describe, expect, test } from '@jest/globals';
import { epochAbove, isNewer } from './epoch.ts';

// @rule EPOCH-NEWEST
describe('the standing of a state', () => {
  test.each([
    ['a higher number of the same epoch', { epoch: 5, number: 2 }, { epoch: 5, number: 1 }, true],
    ['the same state', { epoch: 5, number: 2 }, { epoch: 5, number: 2 }, false],
    ['a lower number of the same epoch', { epoch: 5, number: 1 }, { epoch: 5, number: 2 }, false],
    ['a lower number of a later epoch', { epoch: 6, number: 1 }, { epoch: 5, number: 9 }, true],
    ['a higher number of an earlier epoch', { epoch: 5, number: 9 }, { epoch: 6, number: 1 }, false],
    ['a record without epoch against one with', { epoch: 0, number: 9 }, { epoch: 6, number: 1 }, false],
  ])('%s', (_, one, other, newer) => expect(isNewer(one, other)).toBe(newer));
});

// @rule EPOCH-ABOVE-ALL
describe('a new epoch', () => {
  test('is above the clock and every epoch that is known', () => {
    expect(epochAbove([1_280_000_000_000, 0], 7)).toBe(1_280_000_000_007);
    expect(epochAbove([1_000, 1_280_000_000_000], 7)).toBe(1_280_000_000_007);
  });

  test('is another one when the same backup is restored twice', () => {
    const chosen = new Set(Array.from({ length: 50 }, () => epochAbove([1_280_000_000_000])));
    expect(chosen.size).toBeGreaterThan(40);
  });

  test('is never a number that a record cannot carry', () => {
    expect(() => epochAbove([Number.MAX_SAFE_INTEGER], 7)).toThrow('is no epoch');
  });
});
