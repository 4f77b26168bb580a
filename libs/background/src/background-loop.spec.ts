import { Logger } from '@nestjs/common';
import { describe, expect, test } from '@jest/globals';
import { Sweep } from './sweep.ts';

const options = { name: 'spec', everyMs: 60_000 };

Logger.overrideLogger(false);

/** Resolves at the nth run. */
function counted(failing = 0) {
  let runs = 0;
  const waiting = new Map<number, () => void>();
  return {
    runs: () => runs,
    work: async () => {
      runs += 1;
      waiting.get(runs)?.();
      if (runs <= failing) throw new Error('the database is away');
    },
    reached: (count: number) =>
      runs >= count ? Promise.resolve() : new Promise<void>((resolve) => waiting.set(count, resolve)),
  };
}

describe('a sweep', () => {
  test('runs at start and whenever it is woken', async () => {
    const { work, reached, runs } = counted();
    const sweep = new Sweep(work, options);
    sweep.start();
    await reached(1);
    sweep.wake();
    await reached(2);
    await sweep.stop();
    expect(runs()).toBe(2);
  });

  test('that is woken while it runs, runs again: what came in between is not left lying', async () => {
    const { work, reached, runs } = counted();
    const sweep = new Sweep(async () => {
      await work();
      if (runs() === 1) sweep.wake();
    }, options);
    sweep.start();
    await reached(2);
    await sweep.stop();
  });

  test('goes on after a run that failed', async () => {
    const { work, reached } = counted(1);
    const sweep = new Sweep(work, options);
    sweep.start();
    await reached(1);
    sweep.wake();
    await reached(2);
    await sweep.stop();
  });

  test('runs every few seconds for what nobody told of', async () => {
    const { work, reached } = counted();
    const sweep = new Sweep(work, { ...options, everyMs: 5 });
    sweep.start();
    await reached(3);
    await sweep.stop();
  });
});
