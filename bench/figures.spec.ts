import { describe, expect, test } from '@jest/globals';
import { figuresOf, median, percentile, rounded } from './figures.ts';

describe('what runs come to', () => {
  test('the median is the middle one, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([1, 9, 5, 7])).toBe(6);
    expect(() => median([])).toThrow(RangeError);
  });

  test('99 % of the values do not exceed the 99th percentile, and it is one of them', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(hundred, 99)).toBe(99);
    expect(percentile(hundred, 50)).toBe(50);
    expect(percentile([7], 99)).toBe(7);
    expect(() => percentile([], 99)).toThrow(RangeError);
  });

  test('of rates ours is divided by the yardstick, of times the yardstick by ours: more is better either way', () => {
    expect(figuresOf({ ours: [50, 40, 60], yardstick: [100, 100, 100] }, 'more').ratio).toBe(0.5);
    expect(figuresOf({ ours: [50, 40, 60], yardstick: [100, 100, 100] }, 'less').ratio).toBe(2);
  });

  test('the spread is that of the side that varied more, in parts of its median', () => {
    expect(figuresOf({ ours: [40, 50, 60], yardstick: [99, 100, 101] }, 'more').spread).toBe(0.4);
    expect(figuresOf({ ours: [50, 50, 50], yardstick: [90, 100, 120] }, 'more').spread).toBe(0.3);
  });

  test.each([[0], [-1], [Number.NaN], [Number.POSITIVE_INFINITY]])('a run of %p was not measured', (figure) => {
    expect(() => figuresOf({ ours: [figure], yardstick: [1] }, 'more')).toThrow(RangeError);
  });

  test('figures are told in four digits', () => {
    expect([rounded(1234.56), rounded(0.123456), rounded(98_765.4)]).toEqual([1235, 0.1235, 98_770]);
  });
});
