import { setTimeout as pause } from 'node:timers/promises';

/**
 * How fast a counter grows: from when it was first seen above zero to when it has reached `count`, so that what comes
 * before the work (connecting, joining a group) is not part of it.
 * @returns counts per second
 * @throws Error when the counter stands still for half a minute
 */
export async function rateOf(
  read: () => number | Promise<number>,
  { count, everyMs, abort }: { count: number; everyMs: number; abort: AbortSignal },
): Promise<number> {
  const first = await changed(read, 0, { everyMs, abort });
  for (let seen = first; ; seen = await changed(read, seen.value, { everyMs, abort }))
    if (seen.value >= count) return ((seen.value - first.value) / (seen.at - first.at)) * 1_000;
}

const patienceMs = 30_000;

async function changed(
  read: () => number | Promise<number>,
  from: number,
  { everyMs, abort }: { everyMs: number; abort: AbortSignal },
): Promise<{ value: number; at: number }> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const value = await read();
    const at = performance.now();
    if (value > from) return { value, at };
    if (at > deadline) throw new Error(`stood still at ${from} for ${patienceMs / 1_000} s`);
    await pause(everyMs, undefined, { signal: abort });
  }
}
