import type { Instant } from './instant.ts';

/** A stretch of time, half-open: `from` is in it, `until` is not. */
export interface Window {
  readonly from: Instant;
  readonly until: Instant;
}

/** Builds a window. @throws RangeError when it ends before it begins. */
export function window(from: Instant, until: Instant): Window {
  if (until < from) throw new RangeError(`a window from ${from} cannot end at ${until}`);
  return { from, until };
}

/** True from `from` on, and no longer true at `until`. */
export function contains({ from, until }: Window, at: Instant): boolean {
  return from <= at && at < until;
}

/** The instants that both windows contain, or null when there are none. */
export function intersection(one: Window, other: Window): Window | null {
  const from = one.from > other.from ? one.from : other.from;
  const until = one.until < other.until ? one.until : other.until;
  return from < until ? { from, until } : null;
}
