import { afterAll, describe, expect, test } from '@jest/globals';
import { leavingNoTimers } from './idle-timers.ts';

const minute = 60_000;

describe('work that leaves timers behind', () => {
  const timers: NodeJS.Timeout[] = [];
  afterAll(() => timers.forEach((timer) => clearTimeout(timer)));

  const begin = (): NodeJS.Timeout => {
    const timer = setTimeout(() => undefined, minute);
    timers.push(timer);
    return timer;
  };

  test('holds no process up by them, and answers as without', async () => {
    const timer = await leavingNoTimers(async () => {
      await Promise.resolve();
      return begin();
    });
    expect(timer.hasRef()).toBe(false);
  });

  test('touches no timer of anybody else, not even of those who work at the same time', async () => {
    const gate = Promise.withResolvers<void>();
    const [first, second] = [leavingNoTimers(() => gate.promise), leavingNoTimers(async () => begin())];
    const other = begin();
    expect((await second).hasRef()).toBe(false);
    gate.resolve();
    await first;
    expect(other.hasRef()).toBe(true);
  });

  test('does so too when it fails', async () => {
    const failing = leavingNoTimers(async () => {
      begin();
      throw new Error('the work failed');
    });
    await expect(failing).rejects.toThrow('the work failed');
    expect(timers.at(-1)?.hasRef()).toBe(false);
  });
});
