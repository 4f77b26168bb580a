import { createRequire } from 'node:module';
import { afterEach, expect, test } from '@jest/globals';
import { correctRequestQueue } from './request-queue.ts';

interface Pushed {
  readonly entry: { readonly correlationId: number; readonly resolve: () => void };
  readonly expectResponse: boolean;
  readonly sendRequest: () => void;
}

interface Queue {
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  push(pushed: Pushed): void;
  checkPendingRequests(): void;
  destroy(): void;
}

const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (
  options: object,
) => Queue;

let queue: Queue;

function openQueue(): Queue {
  correctRequestQueue();
  const logger = { debug: () => undefined, error: () => undefined };
  return new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1_000, enforceRequestTimeout: false, logger });
}

afterEach(() => queue.destroy());

/** Sends a request that expects no response. */
function request(correlationId: number): Promise<void> {
  return new Promise((resolve) => {
    queue.push({ entry: { correlationId, resolve }, expectResponse: false, sendRequest: () => undefined });
  });
}

test('a connection on which nothing waits sets no timer', async () => {
  queue = openQueue();
  queue.checkPendingRequests();
  expect(queue.throttleCheckTimeoutId).toBeNull();
  await request(1);
  queue.checkPendingRequests();
  expect(queue.throttleCheckTimeoutId).toBeNull();
});

test('a request that the broker has throttled is sent when the time is over, and then the timer is gone', async () => {
  queue = openQueue();
  queue.throttledUntil = Date.now() + 500;
  const sent = request(1);
  expect(queue.throttleCheckTimeoutId).not.toBeNull();
  await sent;
  expect(Date.now()).toBeGreaterThanOrEqual(queue.throttledUntil);
  expect(queue.throttleCheckTimeoutId).toBeNull();
});
