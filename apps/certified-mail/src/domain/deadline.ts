import { after } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { TimeLimit } from '@recapito/rfc6109';
import type { RecipientState } from './recipient.ts';

const hourMs = 3_600_000;

/**
 * A limit that runs for a recipient: those of the law for certified ones; for ordinary ones the time for which a host is
 * sought, which is at least four to five days (RFC 5321 section 4.5.4.1).
 * @rule ORDINARY-OUTCOME
 */
export type Limit = TimeLimit | 'five-days';

/**
 * Elapsed time from the dispatch of an envelope to the notice for each limit, whatever the clocks in Rome do that night.
 * That of twenty-four hours may leave from the twenty-second on and has to have left before the last: it is due in
 * between (RFC 6109 section 3.1.6; DM 2 November 2005, annex).
 * @rule DEADLINE-ELAPSED
 */
const dueAfterMs: Readonly<Record<Limit, number>> = {
  'twelve-hours': 12 * hourMs,
  'twenty-four-hours': 23 * hourMs,
  'five-days': 5 * 24 * hourMs,
};

/**
 * The limit that runs for a recipient in each state; null when none does any more. Who was taken in charge is not warned,
 * and the warning always comes before the end: both limits passed at once lead through `warned`.
 * @rule DEADLINE-THREE-CASES
 */
const limitOf: Readonly<Record<RecipientState, Limit | null>> = {
  dispatched: 'twelve-hours',
  warned: 'twenty-four-hours',
  'taken-in-charge': 'twenty-four-hours',
  delivered: null,
  'not-delivered': null,
  'timed-out': null,
  'delivered-late': null,
  outgoing: 'five-days',
  'handed-over': null,
};

/** When a notice is due, and for which limit. */
export interface Deadline {
  readonly limit: Limit;
  readonly dueAt: Instant;
}

/** The next deadline of a recipient whose envelope left at `dispatchedAt`; null when it has its outcome. */
export function nextDeadline(state: RecipientState, dispatchedAt: Instant): Deadline | null {
  const limit = limitOf[state];
  return limit === null ? null : { limit, dueAt: after(dispatchedAt, dueAfterMs[limit]) };
}

/**
 * True when the last notice leaves later than the law allows: it is sent all the same, and told.
 * @rule DEADLINE-LATE-NOTICE
 */
export function leavesLate(limit: Limit, dispatchedAt: Instant, at: Instant): boolean {
  return limit === 'twenty-four-hours' && at > after(dispatchedAt, 24 * hourMs);
}

/**
 * How long after the dispatch of its envelope a receipt of ours that waits to leave holds back the notices of time limits:
 * until a minute before the last hour ends, so that the notice still leaves in time.
 * @rule DEADLINE-WORK-FIRST
 */
export const holdsNoticesMs = 24 * hourMs - 60_000;
