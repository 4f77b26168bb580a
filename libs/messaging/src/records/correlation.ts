import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What ties together all that one cause set in motion, across services. */
export interface Correlation {
  /** W3C Trace Context, version 00: `00-<32 hex trace>-<16 hex span>-<2 hex flags>`. */
  readonly traceparent: string;
}

/** The correlation of the work at hand. Set by the HTTP edge and by the consumers here; read by logs and `append`. */
export const correlation = new AsyncLocalStorage<Correlation>();

const form = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A new trace with its first span, sampled. */
export function newTraceparent(): string {
  return `00-${randomUUID().replaceAll('-', '')}-${newSpan()}-01`;
}

// A UUID is drawn from a store of random bytes, ten times faster than bytes by themselves, and never all zeros.
function newSpan(): string {
  return randomUUID().replaceAll('-', '').slice(0, 16);
}

/** The next span of the trace that `parent` names; a new trace when it names none. */
export function childTraceparent(parent: string | undefined): string {
  if (parent === undefined || !form.test(parent)) return newTraceparent();
  return `${parent.slice(0, 36)}${newSpan()}${parent.slice(52)}`;
}

/** The traceparent of the work at hand; a new trace when there is none. */
export function currentTraceparent(): string {
  return correlation.getStore()?.traceparent ?? newTraceparent();
}

/** The 32 hex digits that name the trace: what logs and operators call the correlation id. */
export function traceId(traceparent: string): string {
  return traceparent.slice(3, 35);
}

/** Runs `work` as the next span of `parent`'s trace, or of a new one. */
export function correlated<T>(parent: string | undefined, work: () => T): T {
  return correlation.run({ traceparent: childTraceparent(parent) }, work);
}
