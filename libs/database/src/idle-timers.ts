import { AsyncLocalStorage, createHook } from 'node:async_hooks';

const begun = new AsyncLocalStorage<NodeJS.Timeout[]>();
let users = 0;

const watch = createHook({
  init(_id, type, _trigger, resource) {
    if (type === 'Timeout') begun.getStore()?.push(resource as NodeJS.Timeout);
  },
});

/**
 * Does work that leaves timers behind which nobody can clear; they still fire, but no process waits for them.
 * For libraries that race something against a time-out and forget the time-out.
 */
export async function leavingNoTimers<Result>(work: () => Promise<Result>): Promise<Result> {
  const timers: NodeJS.Timeout[] = [];
  users += 1;
  watch.enable();
  try {
    return await begun.run(timers, work);
  } finally {
    users -= 1;
    if (users === 0) watch.disable();
    for (const timer of timers) timer.unref();
  }
}
