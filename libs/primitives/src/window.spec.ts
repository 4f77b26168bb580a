import { describe, expect, test } from '@jest/globals';
import { instant } from './instant.ts';
import { contains, window } from './window.ts';

describe('a window', () => {
  test('contains its first instant and not its bound', () => {
    const august = window(instant(1000), instant(2000));
    expect([999, 1000, 1999, 2000].map((at) => contains(august, instant(at)))).toEqual([false, true, true, false]);
  });

  test('that ends where it begins contains nothing', () => {
    expect(contains(window(instant(5), instant(5)), instant(5))).toBe(false);
  });

  test('cannot end before it begins', () => {
    expect(() => window(instant(2), instant(1))).toThrow(RangeError);
  });
});
