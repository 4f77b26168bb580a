import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { anySignal } from './any-signal.ts';
import { abandoned, remainingMs, within } from './deadline.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Signals that are still there once nobody holds them and their time is over. */
async function leftOf(made: readonly WeakRef<AbortSignal>[]): Promise<number> {
  const alive = () => made.filter((each) => each.deref() !== undefined).length;
  for (let round = 0; round < 50 && alive() > 0; round += 1) {
    await pause(20);
    collectGarbage();
  }
  return alive();
}

describe('deadlines', () => {
  test('end no later than those around them', () => {
    within(50, () => {
      within(10_000, () => expect(remainingMs()).toBeLessThanOrEqual(50));
      within(10, () => expect(remainingMs()).toBeLessThanOrEqual(10));
    });
    expect(remainingMs()).toBeUndefined();
  });

  test('abort what is inside of them', async () => {
    const gone = new AbortController();
    const inner = within(10_000, () => within(5_000, (signal) => signal), gone.signal);
    expect(inner.aborted).toBe(false);
    gone.abort(new Error('the client has gone'));
    expect(inner.reason).toEqual(new Error('the client has gone'));
    const timed = within(10, () => within(5_000, () => anySignal([abandoned() as AbortSignal])));
    await new Promise((resolve) => timed.addEventListener('abort', resolve));
    expect(timed.reason).toMatchObject({ name: 'TimeoutError' });
  });

  test('leave nothing behind when they are over, one inside the other', async () => {
    const made: WeakRef<AbortSignal>[] = [];
    for (let nth = 0; nth < 200; nth += 1)
      within(30, (outer) =>
        within(20, (inner) => {
          const listened = anySignal([inner, AbortSignal.timeout(10)]);
          listened.addEventListener('abort', () => undefined, { once: true });
          made.push(...[outer, inner, listened].map((signal) => new WeakRef(signal)));
        }),
      );
    expect(await leftOf(made)).toBeLessThan(10);
  });
});
