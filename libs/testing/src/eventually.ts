import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits for a fact: asks again until the probe neither throws nor answers `false`, and returns its answer. When
 * `withinMs` have passed (default a minute: longer than a busy machine takes), rejects with what the probe threw last, so
 * that an `expect` inside it tells what was seen.
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  { withinMs = 60_000, everyMs = 20 }: { withinMs?: number; everyMs?: number } = {},
): Promise<Exclude<T, false>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const seen = await attempt(probe);
    if ('answer' in seen && seen.answer !== false) return seen.answer as Exclude<T, false>;
    if (performance.now() >= deadline) {
      throw 'fault' in seen ? seen.fault : new Error(`not within ${withinMs} ms: ${probe.toString()}`);
    }
    await pause(everyMs);
  }
}

async function attempt<T>(probe: () => T | Promise<T>): Promise<{ answer: T } | { fault: unknown }> {
  try {
    return { answer: await probe() };
  } catch (fault) {
    return { fault };
  }
}
