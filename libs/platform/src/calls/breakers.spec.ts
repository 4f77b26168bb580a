import { describe, expect, test } from '@jest/globals';
import { refuse } from '@recapito/primitives';
import { Health } from '../health/health.ts';
import { Metrics } from '../observability/metrics.ts';
import { Breakers } from './breakers.ts';
import { abandoned, remainingMs, within } from './deadline.ts';
import { Unavailable } from './unavailable.ts';

function stage() {
  const health = new Health();
  const metrics = new Metrics('spec');
  return { health, metrics, breakers: new Breakers(health, metrics) };
}

const options = { timeoutMs: 1_000, atLeast: 3, resetMs: 60_000 };

describe('a breaker', () => {
  test('hands on what the call answers, a refusal included', async () => {
    const { breakers } = stage();
    const no = refuse('x/no', 'X', { it: 'no', en: 'not so' });
    const call = breakers.breaker('post', async (_: AbortSignal, yes: boolean) => (yes ? 'done' : no), options);
    expect(await call(true)).toBe('done');
    for (let time = 0; time < 10; time++) expect(await call(false)).toBe(no);
    expect(await call(true)).toBe('done');
  });

  test('lets no call through after failures, says so in health and figures, and calls it Unavailable', async () => {
    const { breakers, health, metrics } = stage();
    let calls = 0;
    const call = breakers.breaker('post', () => Promise.reject(new Error(`away ${++calls}`)), options);
    for (let time = 0; time < 6; time++) await expect(call()).rejects.toBeInstanceOf(Unavailable);
    expect(calls).toBeLessThan(6);
    const report = await health.report();
    expect(report.checks.find((check) => check.name === 'calls:post')).toMatchObject({ state: 'degraded' });
    const figures = await metrics.registry.metrics();
    expect(figures).toContain('recapito_breaker_open_info{target="post",service="spec"} 1');
    expect(figures).toMatch(/recapito_breaker_calls_total\{target="post",outcome="rejected",service="spec"\} [1-9]/);
  });

  test('gives a call up at its time-out and tells it by its signal', async () => {
    const { breakers } = stage();
    let told: AbortSignal | undefined;
    const call = breakers.breaker('post', (signal) => new Promise<never>(() => (told = signal)), {
      ...options,
      timeoutMs: 20,
    });
    await expect(call()).rejects.toBeInstanceOf(Unavailable);
    expect(told?.aborted).toBe(true);
  });
});

describe('time that is left', () => {
  test('is never more inside than outside', () => {
    within(1_000, () => within(5_000, () => expect(remainingMs()).toBeLessThanOrEqual(1_000)));
    within(5_000, () => within(1_000, () => expect(remainingMs()).toBeLessThanOrEqual(1_000)));
    expect(remainingMs()).toBeUndefined();
  });

  test('ends for all that is inside when whoever waited has gone', () => {
    const gone = new AbortController();
    within(
      5_000,
      () =>
        within(1_000, (inner) => {
          expect(abandoned()?.aborted).toBe(false);
          gone.abort();
          expect(inner.aborted).toBe(true);
          expect(abandoned()?.aborted).toBe(true);
        }),
      gone.signal,
    );
  });
});
