import { describe, expect, test } from '@jest/globals';
import { StrangerTurns } from './stranger-turns.ts';

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

// @rule STRANGERS-IN-TURN
describe('strangers who come at once', () => {
  test('are let in one at each turn of the event loop, in their order', async () => {
    const turns = new StrangerTurns();
    const inside: number[] = [];
    for (let nth = 0; nth < 5; nth += 1) void turns.enter().then(() => inside.push(nth));
    await Promise.resolve();
    expect(inside).toEqual([0]);
    for (let nth = 1; nth < 5; nth += 1) {
      await nextTurn();
      expect(inside).toEqual(Array.from({ length: nth + 1 }, (_, each) => each));
    }
    expect(turns.waiting).toBe(0);
  });

  test('leave the loop to others in between: what somebody else does at once is done before the last of them', async () => {
    const turns = new StrangerTurns();
    const done: string[] = [];
    const strangers = Array.from({ length: 300 }, () => turns.enter().then(() => done.push('stranger')));
    setImmediate(() => done.push('known'));
    await Promise.all(strangers);
    expect(done).toHaveLength(301);
    expect(done.indexOf('known')).toBeLessThan(3);
  });

  test('wait for nobody who came in an earlier turn', async () => {
    const turns = new StrangerTurns();
    await turns.enter();
    await nextTurn();
    await nextTurn();
    let isIn = false;
    void turns.enter().then(() => (isIn = true));
    await Promise.resolve();
    expect(isIn).toBe(true);
  });
});
