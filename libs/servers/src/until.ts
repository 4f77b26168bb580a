import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again and again until the probe no longer throws; rejects with its last error when `withinMs` have passed, or at
 * once when `aborted` says why there is nothing left to wait for.
 */
export async function until(
  probe: () => Promise<void> | void,
  limits: { withinMs: number; everyMs?: number; aborted?: () => Error | undefined },
): Promise<void> {
  const deadline = performance.now() + limits.withinMs;
  for (;;) {
    const reason = limits.aborted?.();
    if (reason) throw reason;
    try {
      await probe();
      return;
    } catch (error) {
      if (performance.now() >= deadline) throw error;
    }
    await pause(limits.everyMs ?? 25);
  }
}
