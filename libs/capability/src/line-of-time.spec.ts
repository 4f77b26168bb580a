import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { isRefusal, parseInstant } from '@recapito/primitives';
import { serviceCalendar } from './calendar.ts';
import { calendarCases } from './cases.ts';
import { compileCalendar } from './compiled-calendar.ts';
import { decide } from './decide.ts';
import { lineOfTime } from './line-of-time.ts';
import type { MailboxState, Verb } from './verbs.ts';

const compiled = (service: string) =>
  compileCalendar(
    serviceCalendar.parse(
      JSON.parse(readFileSync(new URL(`../../../programmes/services/${service}.json`, import.meta.url), 'utf8')),
    ),
  );
const calendars = { 'cec-pac': compiled('cec-pac'), 'inps-trial': compiled('inps-trial') };

/** As `2010-04-25T22:00:00.000Z yes`, or the rule that says no. */
function told(state: MailboxState, verb: Verb, service: keyof typeof calendars = 'cec-pac'): string[] {
  return lineOfTime(calendars[service], state, verb).map(({ from, answer }) => {
    const since = from === null ? 'ever' : new Date(from).toISOString();
    return `${since} ${isRefusal(answer) ? answer.rule : 'yes'}`;
  });
}

// @rule BOX-LINE-OF-TIME
describe('what a box may do, as a line of time', () => {
  test('changes where the calendar opens and closes the verb', () => {
    expect(told('active', 'send')).toEqual([
      'ever CECPAC-START',
      '2010-04-25T22:00:00.000Z yes',
      '2015-03-17T23:00:00.000Z CECPAC-P2-SEND',
    ]);
  });

  test('says why at every time, also where the state of the box alone stands in the way', () => {
    expect(told('read-only', 'send')).toEqual([
      'ever CECPAC-START',
      '2010-04-25T22:00:00.000Z BOX-READ-ONLY',
      '2015-03-17T23:00:00.000Z CECPAC-P2-SEND',
    ]);
  });

  test('is one stretch where nothing ever changes', () => {
    expect(told('deleted', 'receive-receipt')).toEqual(['ever BOX-DELETED']);
    expect(lineOfTime(calendars['cec-pac'], 'active', 'receive-receipt')).toMatchObject([{ from: null, until: null }]);
  });

  test('leaves no gap: each stretch ends where the next begins', () => {
    for (const verb of ['send', 'read', 'claim-free-pec', 'request-log'] as const) {
      const line = lineOfTime(calendars['cec-pac'], 'active', verb);
      expect(line.map(({ until }) => until)).toEqual([...line.slice(1).map(({ from }) => from), null]);
    }
  });

  test('agrees with what is decided at every instant of the table', () => {
    for (const { service, at, verb } of calendarCases) {
      const when = parseInstant(at);
      const line = lineOfTime(calendars[service], 'active', verb);
      const then = line.filter(({ from, until }) => (from ?? -Infinity) <= when && when < (until ?? Infinity));
      const decided = decide({ calendar: calendars[service], mailboxState: 'active', verb, at: when });
      expect(then.map(({ answer }) => answer)).toEqual([decided]);
    }
  });
});
