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
