import { describe, expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';

describe('eventually', () => {
  test('answers as soon as the probe no longer throws', async () => {
    let asked = 0;
    const answer = await eventually(
      () => {
        asked += 1;
        if (asked < 3) throw new Error('not yet');
        return asked;
      },
      { everyMs: 1 },
    );
    expect(answer).toBe(3);
  });

  test('takes false for not yet', async () => {
    let asked = 0;
    await eventually(() => (asked += 1) === 4, { everyMs: 1 });
    expect(asked).toBe(4);
  });

  test('takes undefined, zero and the empty text for answers', async () => {
    await expect(eventually(() => undefined)).resolves.toBeUndefined();
    await expect(eventually(() => 0)).resolves.toBe(0);
    await expect(eventually(() => '')).resolves.toBe('');
  });

  test('rejects with what the probe threw last, once the time is over', async () => {
    let asked = 0;
    const waiting = eventually(
      () => {
        asked += 1;
        throw new Error(`seen ${asked} times`);
      },
      { withinMs: 30, everyMs: 5 },
    );
    await expect(waiting).rejects.toThrow(/^seen [2-9] times$/);
  });

  test('names the probe that only ever said false', async () => {
    await expect(eventually(() => false, { withinMs: 5, everyMs: 1 })).rejects.toThrow(/^not within 5 ms: .*false$/);
  });
});
