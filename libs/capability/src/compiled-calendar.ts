import { formatInstant, instant, refuse, romeDay, startOfDay } from '@recapito/primitives';
import type { Instant, Refusal, Words } from '@recapito/primitives';
import { dayOfBound } from './calendar.ts';
import type { Ruling, ServiceCalendar } from './calendar.ts';
import { calendarVerbs } from './verbs.ts';
import type { CalendarVerb, Circuit } from './verbs.ts';

export type CalendarRefusal = Refusal<'mailbox/not-yet-open' | 'mailbox/closed-by-calendar'>;

/** When one verb is open, in UTC milliseconds, half-open; the refusals outside are made beforehand. */
export interface VerbWindow {
  readonly opensAt: number;
  /** Infinity when it never closes. */
  readonly closesAt: number;
  readonly before: CalendarRefusal;
  readonly after: CalendarRefusal;
}

export interface Phase {
  readonly id: string;
  readonly name: Words;
  readonly from: Instant;
  /** Where the next phase begins; null for the last. */
  readonly until: Instant | null;
}

/** A service's calendar with its Rome days turned into UTC once, so that deciding is comparing integers. */
export interface CompiledCalendar {
  readonly service: string;
  readonly circuit: Circuit;
  readonly limits: ServiceCalendar['limits'];
  readonly phases: readonly Phase[];
  readonly verbs: Readonly<Record<CalendarVerb, VerbWindow>>;
  readonly reserve: { readonly from: number; readonly until: number; readonly bytes: number };
}

/** Compiles a calendar that the schema has passed. */
export function compileCalendar(calendar: ServiceCalendar): CompiledCalendar {
  const boundAt = (bound: string): Instant => startOfDay(romeDay(dayOfBound(calendar.phases, bound) ?? bound));
  const { mailboxBytes, reserve } = calendar.limits;
  return {
    service: calendar.service,
    circuit: calendar.circuit,
    limits: calendar.limits,
    phases: calendar.phases.map(({ id, name, from }, index) => {
      const next = calendar.phases[index + 1];
      return { id, name, from: boundAt(from), until: next === undefined ? null : boundAt(next.from) };
    }),
    verbs: Object.fromEntries(calendarVerbs.map((verb) => [verb, verbWindow(calendar, verb, boundAt)])) as Record<
      CalendarVerb,
      VerbWindow
    >,
    reserve: reserve
      ? {
          from: boundAt(reserve.from),
          until: boundAt(reserve.until),
          bytes: Math.floor((mailboxBytes * reserve.percent) / 100),
        }
      : { from: Infinity, until: Infinity, bytes: 0 },
  };
}

/** The phase in which a service is, or null before its first. */
export function phaseAt(calendar: CompiledCalendar, at: Instant): Phase | null {
  return calendar.phases.findLast(({ from }) => from <= at) ?? null;
}

/** The next instant at which some answer of this calendar changes, or null when none ever will. */
export function nextBoundary(calendar: CompiledCalendar, at: Instant): Instant | null {
  const next = Math.min(...[...boundaries(calendar).values()].filter((bound) => bound > at));
  return Number.isFinite(next) ? instant(next) : null;
}

/** Every bound of a calendar by the name of what it bounds: phases, verbs, the reserve. */
export function boundaries(calendar: CompiledCalendar): ReadonlyMap<string, number> {
  const bounds = new Map<string, number>();
  for (const { id, from } of calendar.phases) bounds.set(`phase ${id}`, from);
  for (const verb of calendarVerbs) {
    bounds.set(`${verb} opens`, calendar.verbs[verb].opensAt);
    bounds.set(`${verb} closes`, calendar.verbs[verb].closesAt);
  }
  bounds.set('reserve begins', calendar.reserve.from);
  bounds.set('reserve ends', calendar.reserve.until);
  return bounds;
}

/** How many bytes a box may hold when something is delivered to it at that instant. */
export function quotaAt(calendar: CompiledCalendar, at: Instant): number {
  const { from, until, bytes } = calendar.reserve;
  const inReserve = from <= at && at < until; // @rule BOX-RESERVE
  return calendar.limits.mailboxBytes + (inReserve ? bytes : 0);
}

function verbWindow(calendar: ServiceCalendar, verb: CalendarVerb, boundAt: (bound: string) => Instant): VerbWindow {
  const rights = calendar.verbs[verb];
  const said = { service: calendar.service, verb };
  if ('never' in rights) {
    const refusal = saying('mailbox/closed-by-calendar', rights.never, said);
    return { opensAt: Infinity, closesAt: Infinity, before: refusal, after: refusal };
  }
  const opensAt = boundAt(rights.from);
  const closesAt = rights.until === undefined ? Infinity : boundAt(rights.until);
  const opening = { ...said, opensAt: formatInstant(opensAt) };
  const before = saying('mailbox/not-yet-open', rights.before ?? calendar.before, opening);
  if (closesAt === Infinity || rights.after === undefined) return { opensAt, closesAt, before, after: before };
  const closing = { ...said, closedAt: formatInstant(instant(closesAt)) };
  return { opensAt, closesAt, before, after: saying('mailbox/closed-by-calendar', rights.after, closing) };
}

function saying(
  code: CalendarRefusal['refused'],
  { rule, words }: Ruling,
  details: NonNullable<Refusal['details']>,
): CalendarRefusal {
  return refuse(code, rule, words, details);
}
