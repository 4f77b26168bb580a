import { describe, expect, test } from '@jest/globals';
import { Pace } from './pace.ts';

const records = (from: number, count: number) =>
  Array.from({ length: count }, (_, nth) => ({ offset: String(from + nth) }));

describe('how many records of a partition are taken in one transaction', () => {
  test('one at first, twice as many after each short transaction, never more than thirty-two', () => {
    const pace = new Pace();
    const sizes = Array.from({ length: 8 }, () => {
      const size = pace.next(records(0, 100));
      pace.committed(5);
      return size;
    });
    expect(sizes).toEqual([1, 2, 4, 8, 16, 32, 32, 32]);
  });

  test('half as many after a long one, at least one', () => {
    const pace = new Pace();
    for (let nth = 0; nth < 3; nth += 1) pace.committed(5);
    const sizes = Array.from({ length: 5 }, () => {
      const size = pace.next(records(0, 100));
      pace.committed(1_000);
      return size;
    });
    expect(sizes).toEqual([8, 4, 2, 1, 1]);
  });

  test('no more than there are', () => {
    const pace = new Pace();
    for (let nth = 0; nth < 5; nth += 1) pace.committed(5);
    expect(pace.next(records(0, 3))).toBe(3);
  });

  test('those before the one that failed among others, then it alone, then as many as before', () => {
    const pace = new Pace();
    for (let nth = 0; nth < 3; nth += 1) pace.committed(5);
    pace.takeAlone('15');
    expect(pace.next(records(10, 20))).toBe(5);
    expect(pace.next(records(15, 15))).toBe(1);
    expect(pace.next(records(16, 14))).toBe(8);
  });
});
