import { expect, test } from '@jest/globals';
import { curvePoints } from './curve-points.ts';

test('boxes of each day are added to those of the days before', () => {
  const days = [
    { day: '2010-08-03', confirmed: 4, completed: 2 },
    { day: '2010-08-05', confirmed: 0, completed: 3 },
  ];
  expect(curvePoints(days)).toEqual([
    { at: Date.parse('2010-08-03T12:00:00Z'), total: 2 },
    { at: Date.parse('2010-08-05T12:00:00Z'), total: 5 },
  ]);
  expect(curvePoints([])).toEqual([]);
});
