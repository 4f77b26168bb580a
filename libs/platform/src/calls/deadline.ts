import { AsyncLocalStorage } from 'node:async_hooks';
import { anySignal } from './any-signal.ts';

/** By when the work in hand must be done, and the signal that says that nobody waits for it any more. */
interface Deadline {
  /** System milliseconds. */
  readonly at: number;
  readonly signal: AbortSignal;
}

const deadlines = new AsyncLocalStorage<Deadline>();

/** The header by which a caller says how many milliseconds it will wait. */
export const timeoutHeader = 'recapito-timeout-ms';

/** Runs work that must be done within `ms`, or sooner when what surrounds it ends sooner or `signal` says so. */
export function within<Result>(ms: number, work: (signal: AbortSignal) => Result, signal?: AbortSignal): Result {
  const outer = deadlines.getStore();
  const left = Math.max(0, Math.min(ms, outer === undefined ? ms : outer.at - Date.now()));
  const reasons = [AbortSignal.timeout(left), outer?.signal, signal].filter((each) => each !== undefined);
  const deadline = { at: Date.now() + left, signal: anySignal(reasons) };
  return deadlines.run(deadline, () => work(deadline.signal));
}

/** Milliseconds that the work in hand has left; undefined when nobody waits. */
export function remainingMs(): number | undefined {
  const current = deadlines.getStore();
  return current === undefined ? undefined : Math.max(0, current.at - Date.now());
}

/** Aborted as soon as nobody waits for the work in hand any more: look at it before anything costly is begun. */
export function abandoned(): AbortSignal | undefined {
  return deadlines.getStore()?.signal;
}
