import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { CompiledCalendar } from './compiled-calendar.ts';
import { decide } from './decide.ts';
import type { Allowed, Denial } from './decide.ts';
import type { MailboxState, Verb } from './verbs.ts';

/** A stretch of time in which one answer holds, half-open. */
export interface Stretch {
  /** Null: since ever. */
  readonly from: Instant | null;
  /** Null: for good. */
  readonly until: Instant | null;
  readonly answer: Allowed | Denial;
}

/**
 * What `decide` answers about a verb from the beginning of time to its end, for a box that keeps its state: one stretch
 * after the other, without gaps, each with another answer than the one before.
 * @rule BOX-LINE-OF-TIME
 */
export function lineOfTime(calendar: CompiledCalendar, mailboxState: MailboxState, verb: Verb): readonly Stretch[] {
  const bounds = boundsOf(calendar, verb).map((bound) => instant(bound));
  const first = bounds[0];
  const starts = [null, ...bounds];
  const stretches: Stretch[] = [];
  for (const from of starts) {
    const at = from ?? instant((first ?? 0) - 1);
    const answer = decide({ calendar, mailboxState, verb, at });
    const before = stretches.at(-1);
    if (before?.answer === answer) continue;
    if (before !== undefined) stretches[stretches.length - 1] = { ...before, until: from };
    stretches.push({ from, until: null, answer });
  }
  return stretches;
}

/** The instants at which the calendar's answer about a verb may change, in order. */
function boundsOf(calendar: CompiledCalendar, verb: Verb): readonly number[] {
  if (verb === 'receive-receipt') return [];
  const { opensAt, closesAt } = calendar.verbs[verb];
  return [opensAt, closesAt].filter(Number.isFinite);
}
