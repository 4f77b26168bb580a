import { createRequire } from 'node:module';

/** What is used here of kafkajs's queue of requests, one for each connection to a broker. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  /** UTC milliseconds; smaller than now when the broker does not throttle us. */
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

const longestWaitMs = 10;

/**
 * Looks again at requests that wait, and sets no timer where none waits. kafkajs 2.2.4 sets one all the same, with a
 * negative delay that Node makes a millisecond: each idle connection woke the process a thousand times a second.
 */
function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const throttledMs = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttledMs > 0 ? throttledMs : longestWaitMs,
  );
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as { prototype: object };

/** Corrects kafkajs for this process. @throws Error when kafkajs has changed and the correction no longer fits. */
export function correctRequestQueue(): void {
  if (!('scheduleCheckPendingRequests' in prototype))
    throw new Error('kafkajs has another queue of requests: see request-queue.ts');
  Object.assign(prototype, { scheduleCheckPendingRequests });
}
