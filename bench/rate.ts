import { setTimeout as pause } from 'node:timers/promises';

const patienceMs = 30_000;

/**
 * How fast a counter grows: from when it was last seen at zero to when it was seen to have reached `count`, so that what
 * comes before the work (connecting, joining a group) is not part of it.
 * @returns counts per second
 * @throws Error when the counter stands still for half a minute
 */
export async function rateOf(
  read: () => number | Promise<number>,
  { count, everyMs, abort }: { count: number; everyMs: number; abort: AbortSignal },
): Promise<number> {
  let [begin, seen, changedAt] = [performance.now(), 0, performance.now()];
  while (seen < count) {
    const asked = performance.now();
    const value = await read();
    if (value === 0) begin = asked;
    if (value > seen) [seen, changedAt] = [value, asked];
    else if (asked - changedAt > patienceMs) throw new Error(`stood still at ${seen} of ${count}`);
    if (seen < count) await pause(everyMs, undefined, { signal: abort });
  }
  return (count * 1_000) / (performance.now() - begin);
}
