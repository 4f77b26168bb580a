/** What becomes of a communication when a service refuses what it needs: it is tried again, given up, or has failed. */
export type AfterRefusal = 'retry' | 'abandon' | 'fail';

/**
 * Refusals that say that its reader gets on without it.
 * @rule COMMUNICATION-ABANDONED
 */
const needless: ReadonlySet<string> = new Set([
  'enrolment/generation-superseded',
  'enrolment/password-chosen',
  'enrolment/already-confirmed',
  'pin/half-given',
]);

/**
 * Sorts the refusals of identity and certified-mail. Those of a `request/` speak of the door at which we knocked, which
 * an operator puts right; whatever else nobody foresaw is a failure that an operator sees.
 * @rule COMMUNICATION-REFUSED
 */
export function afterRefusal(code: string): AfterRefusal {
  if (needless.has(code)) return 'abandon';
  return code.startsWith('request/') ? 'retry' : 'fail';
}

const firstPauseMs = 250;
const longestPauseMs = 30_000;

/**
 * Milliseconds to wait after the nth try in vain: doubled each time, half a minute at most.
 * @rule COMMUNICATION-RETRY
 */
export function pauseAfter(attempts: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts - 1, 10));
}
