/**
 * What every door must answer, typed by hand from the notices of the services and never computed. It reads no calendar
 * and no code of this room: a door whose answers differ from these is wrong, or the calendar is.
 * Imported as `@recapito/capability/cases`.
 */
import type { CalendarVerb, Circuit, MailboxState, PartyClass, Verb } from './verbs.ts';

/** An active box of a service, asked for one verb at one instant. */
export interface CalendarCase {
  readonly service: 'cec-pac' | 'inps-trial';
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly phase: string | null;
  readonly verb: CalendarVerb;
  readonly allowed: boolean;
  /** The rule that says no; null when allowed. */
  readonly rule: string | null;
}

/** A box of PostaCertificat@ in one state, asked for one verb at an instant at which the calendar does not forbid it. */
export interface StateCase {
  readonly service: 'cec-pac';
  /** RFC 3339, UTC. */
  readonly at: string;
  /** Null: the person has no box. */
  readonly state: MailboxState | null;
  readonly verb: Verb;
  readonly allowed: boolean;
}

/** A box in one circuit that writes to, or is written to by, a party of one class. */
export interface CircuitCase {
  readonly circuit: Circuit;
  readonly verb: 'send' | 'receive' | 'receive-receipt';
  readonly party: PartyClass;
  readonly allowed: boolean;
}

type Line = readonly [at: string, phase: string | null, answers: string];

/** The columns of the calendars' tables, left to right. */
const columns: readonly CalendarVerb[] = [
  'request',
  'complete-recognition',
  'open-mailbox',
  'read',
  'export',
  'send',
  'receive',
  'change-settings',
  'reset-password',
  'delete-message',
  'withdraw',
  'request-log',
  'claim-free-pec',
];

/** `y` is yes; a letter names the reason why not, under {@link rules}. */
const cecPac: readonly Line[] = [
  //                                 new rec | open read exp | send recv | sett pass del | wdr log free
  ['2010-04-25T21:59:59.999Z', null, ' s   s     s    s    s      s    s       s    s    s     s   s   f '],
  ['2010-04-25T22:00:00.000Z', 'P0', ' y   y     y    y    y      y    y       y    y    y     y   y   f '],
  ['2014-12-17T22:59:59.999Z', 'P0', ' y   y     y    y    y      y    y       y    y    y     y   y   f '],
  ['2014-12-17T23:00:00.000Z', 'P1', ' x   x     y    y    y      y    y       y    y    y     y   y   f '],
  ['2015-03-12T22:59:59.999Z', 'P1', ' x   x     y    y    y      y    y       y    y    y     y   y   f '],
  ['2015-03-12T23:00:00.000Z', 'P1', ' x   x     y    y    y      y    y       y    y    y     y   y   y '],
  ['2015-03-17T22:59:59.999Z', 'P1', ' x   x     y    y    y      y    y       y    y    y     y   y   y '],
  ['2015-03-17T23:00:00.000Z', 'P2', ' x   x     y    y    y      x    y       x    y    x     y   y   y '],
  ['2015-07-17T21:59:59.999Z', 'P2', ' x   x     y    y    y      x    y       x    y    x     y   y   y '],
  ['2015-07-17T22:00:00.000Z', 'P3', ' x   x     y    y    y      x    x       x    y    x     y   y   y '],
  ['2015-07-17T23:00:00.000Z', 'P3', ' x   x     y    y    y      x    x       x    y    x     y   y   y '],
  ['2015-09-17T21:59:59.999Z', 'P3', ' x   x     y    y    y      x    x       x    y    x     y   y   y '],
  ['2015-09-17T22:00:00.000Z', 'P4', ' x   x     x    x    x      x    x       x    x    x     x   y   y '],
  ['2015-09-18T21:59:59.999Z', 'P4', ' x   x     x    x    x      x    x       x    x    x     x   y   y '],
  ['2015-09-18T22:00:00.000Z', 'P4', ' x   x     x    x    x      x    x       x    x    x     x   y   x '],
  ['2018-03-17T22:59:59.999Z', 'P4', ' x   x     x    x    x      x    x       x    x    x     x   y   x '],
  ['2018-03-17T23:00:00.000Z', 'P5', ' x   x     x    x    x      x    x       x    x    x     x   x   x '],
];

const inpsTrial: readonly Line[] = [
  //                                 new rec | open read exp | send recv | sett pass del | wdr log free
  ['2009-10-06T21:59:59.999Z', null, ' s   s     s    s    s      s    s       s    s    s     s   s   x '],
  ['2009-10-06T22:00:00.000Z', 'T0', ' y   y     y    y    y      y    y       y    y    y     y   y   x '],
  ['2010-06-30T21:59:59.999Z', 'T0', ' y   y     y    y    y      y    y       y    y    y     y   y   x '],
  ['2010-06-30T22:00:00.000Z', 'T1', ' x   y     y    y    y      y    y       y    y    y     y   y   x '],
  ['2010-09-15T21:59:59.999Z', 'T1', ' x   y     y    y    y      y    y       y    y    y     y   y   x '],
  ['2010-09-15T22:00:00.000Z', 'T2', ' x   x     x    x    x      x    x       x    x    x     x   y   x '],
  ['2013-03-15T22:59:59.999Z', 'T2', ' x   x     x    x    x      x    x       x    x    x     x   y   x '],
  ['2013-03-15T23:00:00.000Z', 'T3', ' x   x     x    x    x      x    x       x    x    x     x   x   x '],
];

/** Which rule says no: `s` before the service, `f` before the free offer, `x` for good. */
const rules = {
  'cec-pac': {
    s: 'CECPAC-START',
    f: 'CECPAC-FREE-PEC-START',
    x: {
      request: 'CECPAC-P1-REQUEST',
      'complete-recognition': 'CECPAC-P1-RECOGNITION',
      'open-mailbox': 'CECPAC-P4-OPEN',
      read: 'CECPAC-P4-READ',
      export: 'CECPAC-P4-EXPORT',
      send: 'CECPAC-P2-SEND',
      receive: 'CECPAC-P3-RECEIVE',
      'change-settings': 'CECPAC-P2-SETTINGS',
      'reset-password': 'CECPAC-P4-PASSWORD',
      'delete-message': 'CECPAC-P2-DELETE',
      withdraw: 'CECPAC-P4-WITHDRAW',
      'request-log': 'CECPAC-P5-LOG',
      'claim-free-pec': 'CECPAC-FREE-PEC-END',
    },
  },
  'inps-trial': {
    s: 'INPS-START',
    f: '',
    x: {
      request: 'INPS-NEW-REQUESTS',
      'complete-recognition': 'INPS-END-RECOGNITION',
      'open-mailbox': 'INPS-END-OPEN',
      read: 'INPS-END-READ',
      export: 'INPS-END-EXPORT',
      send: 'INPS-END-SEND',
      receive: 'INPS-END-RECEIVE',
      'change-settings': 'INPS-END-SETTINGS',
      'reset-password': 'INPS-END-PASSWORD',
      'delete-message': 'INPS-END-DELETE',
      withdraw: 'INPS-END-WITHDRAW',
      'request-log': 'INPS-LOG-END',
      'claim-free-pec': 'INPS-NO-FREE-PEC',
    },
  },
} as const satisfies Record<CalendarCase['service'], { s: string; f: string; x: Record<CalendarVerb, string> }>;

/** `y` is yes. A receipt is asked for within 24 hours of the last message that the box sent. */
const byState: readonly (readonly [MailboxState | null, string])[] = [
  //               new rec | open read exp | send recv rcpt | sett pass del | wdr log free
  [null, '          y   -     -    -    -      -    -    -       -    -    -     -   -   - '],
  ['requested', '   -   y     -    -    -      -    -    y       -    -    -     -   -   - '],
  ['reserved', '    -   -     -    -    -      -    -    y       -    -    -     -   -   - '],
  ['active', '      -   -     y    y    y      y    y    y       y    y    y     y   y   y '],
  ['suspended', '   -   -     -    -    -      -    -    y       -    -    -     y   y   y '],
  ['receive-only', '-   -     y    y    y      -    y    y       -    y    -     y   y   y '],
  ['read-only', '   -   -     y    y    y      -    -    y       -    y    -     y   y   y '],
  ['expired', '     y   -     -    -    -      -    -    y       -    -    -     -   y   - '],
  ['closed', '      y   -     -    -    -      -    -    y       -    -    -     -   y   - '],
  ['withdrawn', '   y   -     -    -    -      -    -    y       -    -    -     -   y   - '],
  ['deleted', '     y   -     -    -    -      -    -    -       -    -    -     -   y   - '],
];

const stateColumns: readonly Verb[] = [...columns.slice(0, 7), 'receive-receipt', ...columns.slice(7)];

export const calendarCases: readonly CalendarCase[] = [
  ...cecPac.flatMap((line) => casesOf('cec-pac', line)),
  ...inpsTrial.flatMap((line) => casesOf('inps-trial', line)),
];

export const stateCases: readonly StateCase[] = byState.flatMap(([state, answers]) =>
  cells(answers, stateColumns).map(({ verb, cell }) => ({
    service: 'cec-pac',
    // No one instant will do: the free offer opened when new boxes were no longer given.
    at: verb === 'claim-free-pec' ? '2015-03-14T10:00:00Z' : '2012-01-10T10:00:00Z',
    state,
    verb,
    allowed: cell === 'y',
  })),
);

export const circuitCases: readonly CircuitCase[] = [
  { circuit: 'closed-pa', verb: 'send', party: 'pa', allowed: true },
  { circuit: 'closed-pa', verb: 'send', party: 'pec', allowed: false },
  { circuit: 'closed-pa', verb: 'send', party: 'ordinary', allowed: false },
  { circuit: 'closed-pa', verb: 'receive', party: 'pa', allowed: true },
  { circuit: 'closed-pa', verb: 'receive', party: 'pec', allowed: false },
  { circuit: 'closed-pa', verb: 'receive', party: 'ordinary', allowed: false },
  { circuit: 'closed-pa', verb: 'receive-receipt', party: 'pa', allowed: true },
  { circuit: 'closed-pa', verb: 'receive-receipt', party: 'pec', allowed: true },
  { circuit: 'closed-pa', verb: 'receive-receipt', party: 'ordinary', allowed: true },
  { circuit: 'open', verb: 'send', party: 'pa', allowed: true },
  { circuit: 'open', verb: 'send', party: 'pec', allowed: true },
  { circuit: 'open', verb: 'send', party: 'ordinary', allowed: true },
  { circuit: 'open', verb: 'receive', party: 'pa', allowed: true },
  { circuit: 'open', verb: 'receive', party: 'pec', allowed: true },
  { circuit: 'open', verb: 'receive', party: 'ordinary', allowed: true },
  { circuit: 'open', verb: 'receive-receipt', party: 'pa', allowed: true },
  { circuit: 'open', verb: 'receive-receipt', party: 'pec', allowed: true },
  { circuit: 'open', verb: 'receive-receipt', party: 'ordinary', allowed: true },
];

function casesOf(service: CalendarCase['service'], [at, phase, answers]: Line): CalendarCase[] {
  return cells(answers, columns).map(({ verb, cell }) => {
    const why = rules[service];
    const rule = cell === 'y' ? null : cell === 'x' ? why.x[verb] : cell === 's' ? why.s : why.f;
    return { service, at, phase, verb, allowed: cell === 'y', rule };
  });
}

function cells<V extends Verb>(answers: string, verbs: readonly V[]): { verb: V; cell: string }[] {
  const marks = answers.trim().split(/\s+/);
  return verbs.map((verb, index) => ({ verb, cell: marks[index] ?? '' }));
}
