import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { SourceRate } from './source-rate.ts';
import { sourcesOf } from './source.ts';

const anna = sourcesOf('192.0.2.1');
const mario = sourcesOf('192.0.2.2');

describe('the rate of a source', () => {
  test('is a burst, and then so many a second; another source has its own', () => {
    const rate = new SourceRate({ burst: 3, perSecond: 2 });
    expect([1, 2, 3, 4].map(() => rate.take(anna, 0))).toEqual([0, 0, 0, null]);
    expect(rate.take(mario, 0)).toBe(0);
    expect(rate.take(anna, 499)).toBeNull();
    expect(rate.take(anna, 500)).toBe(0);
  });

  test('lets those wait who have the patience, each behind the one before', () => {
    const rate = new SourceRate({ burst: 1, perSecond: 1 });
    expect([1, 2, 3, 4].map(() => rate.take(anna, 0, 2_000))).toEqual([0, 1_000, 2_000, null]);
  });

  test('is not used by what is given back', () => {
    const rate = new SourceRate({ burst: 1, perSecond: 1 });
    for (let time = 0; time < 5; time += 1) {
      expect(rate.take(anna, 0)).toBe(0);
      rate.giveBack(anna, 0);
    }
    expect(rate.size).toBe(0);
  });

  test('of many /64 of one /56 is twice that of one, and of many /56 of one /48 four times', () => {
    const rate = new SourceRate({ burst: 5, perSecond: 1 });
    const taken = (address: (nth: number) => string) =>
      Array.from({ length: 100 }, (_, nth) => rate.take(sourcesOf(address(nth)), 0)).filter((wait) => wait === 0)
        .length;
    expect(taken((nth) => `2001:db8:1:aa${nth.toString(16).padStart(2, '0')}::1`)).toBe(10);
    expect(taken((nth) => `2001:db8:2:${nth.toString(16)}00::1`)).toBe(20);
  });

  test('never lets through more than its burst and what time has added, however calls come', () => {
    const calls = fc.array(fc.record({ pauseMs: fc.nat(2_000), back: fc.boolean() }), { maxLength: 200 });
    fc.assert(
      fc.property(calls, fc.integer({ min: 1, max: 10 }), (sequence, burst) => {
        const rate = new SourceRate({ burst, perSecond: 2 });
        let now = 0;
        let kept = 0;
        for (const { pauseMs, back } of sequence) {
          now += pauseMs;
          if (rate.take(anna, now) === null) continue;
          if (back) rate.giveBack(anna, now);
          else kept += 1;
          expect(kept).toBeLessThanOrEqual(burst + (now / 1_000) * 2 + 1e-6);
        }
      }),
    );
  });
});

// @rule SOURCE-BOUNDED
test('a hundred thousand addresses fill no more than the memory that is set', () => {
  const rate = new SourceRate({ burst: 5, perSecond: 1, most: 1_000 });
  for (let nth = 0; nth < 100_000; nth += 1)
    rate.take(sourcesOf(`10.${nth >> 16}.${(nth >> 8) & 255}.${nth & 255}`), 0);
  expect(rate.size).toBe(1_000);
});
