import { describe, expect, test } from '@jest/globals';
import { Pause } from './pause.ts';

const hour = 3_600_000;

describe('a pause', () => {
  test('that is ended ends for all who wait', async () => {
    const pause = new Pause();
    const waits = [pause.begin(hour), pause.begin(hour)];
    pause.end();
    await expect(Promise.all(waits)).resolves.toHaveLength(2);
  });

  test('that is ended before it begins does not begin: a nudge is never lost', async () => {
    const pause = new Pause();
    pause.end();
    await pause.begin(hour);
    const again = pause.begin(hour);
    expect(await Promise.race([again.then(() => 'over'), Promise.resolve('waiting')])).toBe('waiting');
    pause.end();
    await again;
  });

  test('ends by itself', async () => {
    await new Pause().begin(1);
  });
});
