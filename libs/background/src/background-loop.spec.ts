import { Logger } from '@nestjs/common';
import { describe, expect, test } from '@jest/globals';
import { BackgroundLoop } from './background-loop.ts';

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

describe('a loop', () => {
  test('runs at start and whenever it is woken', async () => {
    const { work, reached, runs } = counted();
    const loop = new BackgroundLoop(work, options);
    loop.start();
    await reached(1);
    loop.wake();
    await reached(2);
    await loop.stop();
    expect(runs()).toBe(2);
  });

  test('that is woken while it runs, runs again: what came in between is not left lying', async () => {
    const { work, reached, runs } = counted();
    const loop = new BackgroundLoop(async () => {
      await work();
      if (runs() === 1) loop.wake();
    }, options);
    loop.start();
    await reached(2);
    await loop.stop();
  });

  test('goes on after a run that failed', async () => {
    const { work, reached } = counted(1);
    const loop = new BackgroundLoop(work, options);
    loop.start();
    await reached(1);
    loop.wake();
    await reached(2);
    await loop.stop();
  });

  test('rests as long as its work says, and after a failure as long as the failures in a row say', async () => {
    const told: unknown[][] = [];
    const { work, reached } = counted(2);
    const loop = new BackgroundLoop(
      async () => {
        await work();
        return 0;
      },
      {
        ...options,
        retryMs: (failures) => (told.push(['rest', failures]), 0),
        onFailure: (error, failures) => void told.push([(error as Error).message, failures]),
      },
    );
    loop.start();
    await reached(4);
    await loop.stop();
    expect(told).toEqual([
      ['the database is away', 1],
      ['rest', 1],
      ['the database is away', 2],
      ['rest', 2],
    ]);
  });

  test('begins with a rest where it is asked to, which a wake ends', async () => {
    const { work, reached, runs } = counted();
    const loop = new BackgroundLoop(work, { ...options, firstAfterMs: 60_000 });
    loop.start();
    await Promise.resolve();
    expect(runs()).toBe(0);
    loop.wake();
    await reached(1);
    await loop.stop();
  });

  test('that is stopped in its first rest does nothing', async () => {
    const { work, runs } = counted();
    const loop = new BackgroundLoop(work, { ...options, firstAfterMs: 60_000 });
    loop.start();
    await loop.stop();
    expect(runs()).toBe(0);
  });

  test('does nothing while the doors are closed', async () => {
    const doors = { closed: true };
    const { work, reached, runs } = counted();
    const loop = new BackgroundLoop(work, { ...options, everyMs: 5, doors });
    loop.start();
    await new Promise((resolve) => setImmediate(resolve));
    expect(runs()).toBe(0);
    doors.closed = false;
    await reached(1);
    await loop.stop();
  });

  test('runs every few seconds for what nobody told of', async () => {
    const { work, reached } = counted();
    const loop = new BackgroundLoop(work, { ...options, everyMs: 5 });
    loop.start();
    await reached(3);
    await loop.stop();
  });
});
