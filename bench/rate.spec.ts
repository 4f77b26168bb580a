import { expect, test } from '@jest/globals';
import { rateOf } from './rate.ts';

const patient = { everyMs: 1, abort: new AbortController().signal };

test('what comes before the counter moves is not part of its rate', async () => {
  const began = performance.now();
  // Still for 100 ms, then 1 a millisecond.
  const read = () => Math.max(0, Math.floor(performance.now() - began - 100));
  const rate = await rateOf(read, { count: 200, ...patient });
  expect(rate).toBeGreaterThan(700);
  expect(rate).toBeLessThan(1_050);
});

test('a counter that is at its end when it is first seen has a rate all the same', async () => {
  const values = [0, 0, 50];
  const rate = await rateOf(() => values.shift() ?? 50, { count: 50, ...patient });
  expect(Number.isFinite(rate)).toBe(true);
  expect(rate).toBeGreaterThan(0);
});

test('whoever is told to stop does not wait for the counter', async () => {
  const abort = new AbortController();
  const rate = rateOf(() => 0, { count: 1, everyMs: 10_000, abort: abort.signal });
  abort.abort();
  await expect(rate).rejects.toThrow();
});
