import { describe, expect, test } from '@jest/globals';
import { Budget } from './budget.ts';

describe('a budget', () => {
  function entering(budget: Budget, bytes: number) {
    const leave = Promise.withResolvers<void>();
    let inside = false;
    const done = budget.with(bytes, async () => {
      inside = true;
      await leave.promise;
    });
    return { inside: () => inside, leave: leave.resolve, done };
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  test('lets in what fits and keeps the others in their order, the small behind the large', async () => {
    const budget = new Budget(10);
    const [six, five, one] = [entering(budget, 6), entering(budget, 5), entering(budget, 1)];
    await settled();
    expect([six.inside(), five.inside(), one.inside()]).toEqual([true, false, false]);
    six.leave();
    await six.done;
    await settled();
    expect([five.inside(), one.inside()]).toEqual([true, true]);
    five.leave();
    one.leave();
    await Promise.all([five.done, one.done]);
  });

  test('lets in alone what is larger than the whole of it', async () => {
    const budget = new Budget(10);
    const [small, huge] = [entering(budget, 1), entering(budget, 1_000)];
    await settled();
    expect([small.inside(), huge.inside()]).toEqual([true, false]);
    small.leave();
    await small.done;
    await settled();
    expect(huge.inside()).toBe(true);
    huge.leave();
    await huge.done;
  });

  test('has its room back when the work fails', async () => {
    const budget = new Budget(10);
    await expect(budget.with(10, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await budget.with(10, () => Promise.resolve('in'))).toBe('in');
  });
});
