import { describe, expect, test } from '@jest/globals';
import { atOnce, evenly, Lags } from './lags.ts';

describe('lags', () => {
  test('are complete when every fact has begun and ended, and none is negative', async () => {
    const lags = new Lags(2);
    lags.begin('first');
    lags.end('second');
    lags.end('first');
    lags.begin('second');
    const all = await lags.all();
    expect(all).toHaveLength(2);
    expect(Math.min(...all)).toBe(0);
  });

  test('a fact that came and was never sent is no measurement', async () => {
    const lags = new Lags(1);
    lags.begin('sent');
    lags.end('other');
    await expect(lags.all()).rejects.toThrow('other came and was never sent');
  });
});

test('work at a rate is begun evenly: forty pieces at four hundred a second take a tenth of a second', async () => {
  const begin = performance.now();
  const seen: number[] = [];
  await evenly(40, { rate: 400, abort: new AbortController().signal }, async (nth) => seen.push(nth));
  expect(performance.now() - begin).toBeGreaterThan(90);
  expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
});

test('so many workers do each piece once, and no more are under way at a time', async () => {
  let [now, most] = [0, 0];
  const done: number[] = [];
  await atOnce(20, 3, async (nth) => {
    now += 1;
    most = Math.max(most, now);
    await Promise.resolve();
    now -= 1;
    done.push(nth);
  });
  expect(most).toBe(3);
  expect(done.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});
