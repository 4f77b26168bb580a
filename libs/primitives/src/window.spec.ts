import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { instant } from './instant.ts';
import { contains, intersection, window } from './window.ts';

const windows = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }))
  .map(([one, other]) => window(instant(Math.min(one, other)), instant(Math.max(one, other))));
const instants = fc.integer({ min: -1, max: 41 }).map(instant);

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

  test('that touches another shares no instant with it', () => {
    expect(intersection(window(instant(1), instant(2)), window(instant(2), instant(3)))).toBeNull();
  });

  test('an instant is in the intersection exactly when it is in both', () => {
    fc.assert(
      fc.property(windows, windows, instants, (one, other, at) => {
        const both = intersection(one, other);
        expect(both !== null && contains(both, at)).toBe(contains(one, at) && contains(other, at));
      }),
    );
  });

  test('the order in which two are intersected does not matter', () => {
    fc.assert(
      fc.property(windows, windows, (one, other) => {
        expect(intersection(one, other)).toEqual(intersection(other, one));
      }),
    );
  });
});
