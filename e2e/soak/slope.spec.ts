import { expect, test } from '@jest/globals';
import { growthAnHour } from './slope.ts';

const minutes = (values: readonly number[]) => values.map((value, nth) => ({ at: nth * 60, value }));

test('a figure that stays does not grow, however it sways', () => {
  expect(growthAnHour(minutes([100, 100, 100, 100]))).toBe(0);
  expect(growthAnHour(minutes([101, 99, 99, 101]))).toBeCloseTo(0, 10);
});

test('one that grows by a hundredth of its mean in a minute grows by sixty hundredths in an hour', () => {
  expect(growthAnHour(minutes([99, 100, 101]))).toBeCloseTo(0.6, 10);
  expect(growthAnHour(minutes([101, 100, 99]))).toBeCloseTo(-0.6, 10);
});

test('one point has no slope', () => {
  expect(growthAnHour(minutes([100]))).toBeNaN();
});
