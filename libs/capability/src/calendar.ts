import { isRefusal, parseRomeDay } from '@recapito/primitives';
import { z } from 'zod';
import { calendarVerbs, circuits } from './verbs.ts';

const words = z
  .strictObject({ it: z.string().min(1), en: z.string().min(1) })
  .refine(({ it, en }) => it !== en, 'the Italian words and the English ones are the same');

/** The rule that says no, and what is said to the person. */
const ruling = z.strictObject({
  rule: z.string().regex(/^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$/, 'is not a rule id such as CECPAC-P2-SEND'),
  words,
});

const day = z.string().refine((text) => !isRefusal(parseRomeDay(text)), 'is not a day of the calendar, YYYY-MM-DD');

/** A phase begins at 00:00 in Rome of `from` and lasts until the next one begins, so that phases leave no gap. */
const phase = z.strictObject({ id: z.string().regex(/^[A-Z][0-9]$/), from: day, name: words });

/**
 * When a verb is open: from the beginning of a phase or day, until the beginning of another (not included), or for
 * good. `before` and `after` are the refusals outside; without a `before` the service's own is said.
 */
const opening = z.strictObject({
  from: z.string(),
  until: z.string().optional(),
  before: ruling.optional(),
  after: ruling.optional(),
});

/** A verb that the service never had. */
const never = z.strictObject({ never: ruling });

const limits = z.strictObject({
  mailboxBytes: z.int().positive(),
  fascicoloBytes: z.int().nonnegative(),
  /** Counted by the Rome day, refused messages not included; null where there is no limit. */
  sendsADay: z.int().positive().nullable(),
  recipientsAMessage: z.int().positive(),
  /** Size of a message times its recipients. */
  transferBytes: z.int().positive(),
  /** While its holder may no longer empty it, a full box receives this much more of its quota. */
  reserve: z.strictObject({ percent: z.int().positive(), from: z.string(), until: z.string() }).optional(),
});

/**
 * A service as a provider writes it down in `programmes/services`: its phases, what each verb may be done in, its
 * circuit and limits. `unverified` lists what the sources do not settle and a provider may have to correct.
 */
export const serviceCalendar = z
  .strictObject({
    service: z.string().regex(/^[a-z][a-z0-9-]*$/),
    brand: z.string().min(1),
    circuit: z.enum(circuits),
    addressRule: z.enum(['codice-fiscale', 'nome.cognome']),
    limits,
    before: ruling,
    phases: z.array(phase).min(1),
    verbs: z.record(z.enum(calendarVerbs), z.union([opening, never])),
    unverified: z.array(z.string()),
  })
  .superRefine((calendar, context) => {
    for (const message of disorder(calendar)) context.addIssue({ code: 'custom', message });
  });

export type ServiceCalendar = z.infer<typeof serviceCalendar>;
export type Ruling = z.infer<typeof ruling>;
export type Opening = z.infer<typeof opening>;

/** The day at which a bound lies: itself, or the first day of the phase it names; undefined when it names nothing. */
export function dayOfBound(phases: ServiceCalendar['phases'], bound: string): string | undefined {
  const named = phases.find(({ id }) => id === bound);
  if (named !== undefined) return named.from;
  return isRefusal(parseRomeDay(bound)) ? undefined : bound;
}

/** What is wrong with a calendar though each of its lines is well written. Days compare as text. */
function disorder(calendar: z.infer<typeof serviceCalendar>): string[] {
  const { phases, limits } = calendar;
  const faults: string[] = [];
  phases.forEach(({ id, from }, index) => {
    const next = phases[index + 1];
    if (next !== undefined && next.from <= from) faults.push(`phase ${next.id} does not begin after ${id}`);
    if (phases.findIndex((other) => other.id === id) !== index) faults.push(`there are two phases ${id}`);
  });
  for (const verb of calendarVerbs) {
    const rights = calendar.verbs[verb];
    if ('never' in rights) continue;
    faults.push(...badWindow(phases, verb, rights.from, rights.until));
    if (rights.until !== undefined && rights.after === undefined) faults.push(`${verb} ends without saying why`);
  }
  if (limits.reserve) faults.push(...badWindow(phases, 'the reserve', limits.reserve.from, limits.reserve.until));
  return faults;
}

function badWindow(phases: ServiceCalendar['phases'], what: string, from: string, until: string | undefined): string[] {
  const first = dayOfBound(phases, from);
  const end = until === undefined ? '9999-12-31' : dayOfBound(phases, until);
  if (first === undefined) return [`${what} begins at ${from}, which is neither a phase nor a day`];
  if (end === undefined) return [`${what} ends at ${until}, which is neither a phase nor a day`];
  return first < end ? [] : [`${what} ends before it begins`];
}
