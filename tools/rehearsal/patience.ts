import { setTimeout as pause } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';

/** A door that is shut at this moment and will open again: nobody listens there, or who listens says so. */
export class DoorShut extends Error {
  /** When to come back, as the door says, or soon. */
  readonly againInMs: number;

  constructor(door: string, { againInMs = 250, cause }: { againInMs?: number; cause?: unknown } = {}) {
    super(`${door} is shut: ${isNativeError(cause) ? innermost(cause) : 'it asks to come back later'}`, { cause });
    this.againInMs = againInMs;
  }
}

/** How long somebody comes back to a door that is shut: longer than all takes to start again under load. */
export const ordinaryPatienceMs = 120_000;

/**
 * Does what is done at a door, again and again while it is shut. Whatever is done at the doors of the suite may be
 * repeated without harm, also when the answer to the first time was lost.
 * @throws DoorShut when patience has ended; at once whatever else `attempt` throws
 */
export async function whileShut<Result>(
  attempt: () => Promise<Result>,
  patienceMs = ordinaryPatienceMs,
): Promise<Result> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof DoorShut) || performance.now() + error.againInMs > deadline) throw error;
      await pause(error.againInMs);
    }
  }
}

/** `fetch failed` says nothing; what it was caused by does. */
function innermost(error: Error): string {
  return isNativeError(error.cause) ? innermost(error.cause) : error.message;
}
