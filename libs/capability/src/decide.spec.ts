import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { isRefusal, parseInstant } from '@recapito/primitives';
import * as fc from 'fast-check';
import { serviceCalendar } from './calendar.ts';
import { calendarCases, circuitCases, stateCases } from './cases.ts';
import { compileCalendar, phaseAt } from './compiled-calendar.ts';
import type { CompiledCalendar } from './compiled-calendar.ts';
import { decide } from './decide.ts';
import type { Question } from './decide.ts';
import { calendarVerbs, circuits, mailboxStates, partyClasses, verbs } from './verbs.ts';

const hour = 3_600_000;

function shipped(service: 'cec-pac' | 'inps-trial'): CompiledCalendar {
  const file = new URL(`../../../programmes/services/${service}.json`, import.meta.url);
  return compileCalendar(serviceCalendar.parse(JSON.parse(readFileSync(file, 'utf8'))));
}

const services = { 'cec-pac': shipped('cec-pac'), 'inps-trial': shipped('inps-trial') };
const cecPac = services['cec-pac'];

/** In P1, when all that an active box has is open, the free offer included. */
const inP1 = parseInstant('2015-03-14T10:00:00Z');
const inP0 = parseInstant('2012-01-10T10:00:00Z');

function asked(question: Partial<Question>): ReturnType<typeof decide> {
  return decide({ calendar: cecPac, mailboxState: 'active', verb: 'read', at: inP0, ...question });
}

describe('the calendars, against the table typed from the notices', () => {
  // @rule CECPAC-START CECPAC-FREE-PEC-START CECPAC-FREE-PEC-END CECPAC-P1-REQUEST CECPAC-P1-RECOGNITION CECPAC-P2-SEND
  // @rule CECPAC-P2-SETTINGS CECPAC-P2-DELETE CECPAC-P3-RECEIVE CECPAC-P4-OPEN CECPAC-P4-READ CECPAC-P4-EXPORT
  // @rule CECPAC-P4-PASSWORD CECPAC-P4-WITHDRAW CECPAC-P5-LOG INPS-START INPS-NEW-REQUESTS INPS-END-RECOGNITION
  // @rule INPS-END-OPEN INPS-END-READ INPS-END-EXPORT INPS-END-SEND INPS-END-RECEIVE INPS-END-SETTINGS
  // @rule INPS-END-PASSWORD INPS-END-DELETE INPS-END-WITHDRAW INPS-LOG-END INPS-NO-FREE-PEC
  test.each(calendarCases)(
    '$service at $at ($phase): $verb is allowed: $allowed',
    ({ service, at, verb, ...expected }) => {
      const calendar = services[service];
      // The box is in a state that permits the verb, so that only the calendar speaks.
      const mailboxState = verb === 'request' ? null : verb === 'complete-recognition' ? 'requested' : 'active';
      const answer = decide({ calendar, mailboxState, verb, at: parseInstant(at) });
      expect(isRefusal(answer)).toBe(!expected.allowed);
      expect(isRefusal(answer) ? answer.rule : null).toBe(expected.rule);
      expect(phaseAt(calendar, parseInstant(at))?.id ?? null).toBe(expected.phase);
    },
  );

  test('the table asks for every verb at every instant, in both services', () => {
    expect(calendarCases).toHaveLength((17 + 8) * 13);
    for (const verb of calendarVerbs) expect(calendarCases.filter((row) => row.verb === verb)).toHaveLength(25);
  });

  // @rule INPS-NEW-REQUESTS
  test('a new INPS request is refused naming the new site, while one in hand is still recognised', () => {
    const at = parseInstant('2010-07-01T08:00:00Z');
    const refusal = decide({ calendar: services['inps-trial'], mailboxState: null, verb: 'request', at });
    expect(isRefusal(refusal) && refusal.words.it).toContain('postacertificata.gov.it');
    expect(isRefusal(refusal) && refusal.words.en).toContain('postacertificata.gov.it');
    const inHand = { mailboxState: 'requested', verb: 'complete-recognition', at } as const;
    expect(decide({ calendar: services['inps-trial'], ...inHand })).toEqual({ allowed: true });
  });

  test('who writes to an INPS box after the bound is told of no other address', () => {
    const at = parseInstant('2010-09-15T22:00:00Z');
    const refusal = decide({
      calendar: services['inps-trial'],
      mailboxState: 'active',
      verb: 'receive',
      party: 'pa',
      at,
    });
    expect(refusal).toMatchObject({ refused: 'mailbox/closed-by-calendar', rule: 'INPS-END-RECEIVE' });
    expect(JSON.stringify(refusal)).not.toContain('postacertificata');
  });

  test('a refusal says from which instant the verb has been closed', () => {
    expect(asked({ verb: 'send', at: parseInstant('2016-01-01T00:00:00Z') })).toMatchObject({
      refused: 'mailbox/closed-by-calendar',
      rule: 'CECPAC-P2-SEND',
      details: { service: 'cec-pac', verb: 'send', closedAt: '2015-03-17T23:00:00.000Z' },
    });
  });

  test('before a service begins it is not closed but not open yet', () => {
    expect(asked({ at: parseInstant('2010-04-25T21:59:59.999Z') })).toMatchObject({
      refused: 'mailbox/not-yet-open',
      details: { opensAt: '2010-04-25T22:00:00.000Z' },
    });
  });

  test('a verb that has closed never opens again', () => {
    const instants = fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2019, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...calendarVerbs), instants, instants, (verb, one, other) => {
        const [earlier, later] = [Math.min(one, other), Math.max(one, other)].map((milliseconds) =>
          decide({
            calendar: cecPac,
            mailboxState: verb === 'request' ? null : verb === 'complete-recognition' ? 'requested' : 'active',
            verb,
            at: parseInstant(new Date(milliseconds).toISOString()),
          }),
        );
        if (isRefusal(earlier) && earlier.refused === 'mailbox/closed-by-calendar') expect(later).toEqual(earlier);
      }),
    );
  });
});

describe('the states of a box, walked whole', () => {
  // @rule BOX-NONE BOX-REQUESTED BOX-RESERVED BOX-ACTIVE BOX-RECEIVE-ONLY BOX-READ-ONLY BOX-SUSPENDED BOX-CLOSED
  // @rule BOX-WITHDRAWN BOX-EXPIRED BOX-DELETED
  test.each(stateCases)('a box that is $state: $verb is allowed: $allowed', ({ at, state, verb, allowed }) => {
    const instant = parseInstant(at);
    expect(isRefusal(asked({ mailboxState: state, verb, at: instant, lastSentAt: instant }))).toBe(!allowed);
  });

  test('the table knows every state and every verb', () => {
    expect(stateCases).toHaveLength((mailboxStates.length + 1) * verbs.length);
  });

  // @rule BOX-SUSPENDED BOX-READ-ONLY BOX-ONE-EACH BOX-NONE
  test.each([
    ['suspended', 'open-mailbox', 'mailbox/state-forbids', 'BOX-SUSPENDED'],
    ['read-only', 'send', 'mailbox/state-forbids', 'BOX-READ-ONLY'],
    ['active', 'request', 'mailbox/already-held', 'BOX-ONE-EACH'],
    [null, 'read', 'mailbox/none', 'BOX-NONE'],
  ] as const)('a box that is %s refuses %s with %s', (mailboxState, verb, refused, rule) => {
    expect(asked({ mailboxState, verb })).toMatchObject({ refused, rule });
  });

  test('the calendar is said before the state', () => {
    const at = parseInstant('2015-09-18T00:00:00Z');
    expect(asked({ mailboxState: 'suspended', verb: 'send', at })).toMatchObject({ rule: 'CECPAC-P2-SEND' });
  });

  test('every refusal by state is said in two languages', () => {
    for (const mailboxState of [null, ...mailboxStates])
      for (const verb of verbs) {
        const answer = asked({ mailboxState, verb });
        if (isRefusal(answer)) expect(answer.words.it).not.toBe(answer.words.en);
      }
  });
});

describe('the circuit', () => {
  test.each(circuitCases)('$circuit: $verb with $party is allowed: $allowed', ({ circuit, verb, party, allowed }) => {
    const calendar = { ...cecPac, circuit };
    expect(isRefusal(asked({ calendar, verb, party, lastSentAt: inP0 }))).toBe(!allowed);
  });

  test('the table knows every circuit and every class of party', () => {
    expect(circuitCases).toHaveLength(circuits.length * partyClasses.length * 3);
  });

  // @rule CIRCUIT-SEND CIRCUIT-RECEIVE
  test.each([
    ['send', 'CIRCUIT-SEND'],
    ['receive', 'CIRCUIT-RECEIVE'],
  ] as const)('both services are closed to all but public bodies: %s is refused by %s', (verb, rule) => {
    expect(asked({ verb, party: 'pec' })).toMatchObject({ refused: 'circuit/party-not-admitted', rule });
    const inps = { calendar: services['inps-trial'], at: parseInstant('2010-05-10T10:00:00Z') };
    expect(asked({ ...inps, verb, party: 'pec' })).toMatchObject({ refused: 'circuit/party-not-admitted', rule });
  });

  test('is not judged while the other party is not known', () => {
    expect(asked({ verb: 'send' })).toEqual({ allowed: true });
  });

  test('concerns nothing but sending and receiving', () => {
    expect(asked({ verb: 'read', party: 'ordinary' })).toEqual({ allowed: true });
  });
});

describe('a blocked holder', () => {
  // @rule HOLDER-BLOCKED
  test.each([
    'open-mailbox',
    'read',
    'export',
    'send',
    'change-settings',
    'delete-message',
    'withdraw',
    'request-log',
    'claim-free-pec',
  ] as const)('may not %s', (verb) => {
    expect(asked({ verb, at: inP1, holderBlocked: true })).toMatchObject({
      refused: 'holder/blocked',
      rule: 'HOLDER-BLOCKED',
    });
  });

  test.each(['receive', 'receive-receipt', 'reset-password'] as const)('does not stop %s', (verb) => {
    expect(asked({ verb, holderBlocked: true, lastSentAt: inP0 })).toEqual({ allowed: true });
  });
});

// @rule BOX-RECEIPTS-24H
describe('receipts of what the box itself sent', () => {
  const lastSentAt = parseInstant('2015-03-17T22:59:59.999Z');

  test.each([
    [24 * hour - 1, true],
    [24 * hour, false],
  ])('%i ms after its last message: allowed %s, though sending has closed', (later, allowed) => {
    const at = parseInstant(new Date(lastSentAt + later).toISOString());
    expect(isRefusal(asked({ verb: 'receive-receipt', lastSentAt, at }))).toBe(!allowed);
    expect(asked({ verb: 'send', at })).toMatchObject({ rule: 'CECPAC-P2-SEND' });
  });

  test('enter an INPS box that was switched off at the bound', () => {
    const inps = { calendar: services['inps-trial'], lastSentAt: parseInstant('2010-09-15T21:59:59.999Z') };
    const at = parseInstant('2010-09-15T22:00:00Z');
    expect(asked({ ...inps, verb: 'receive-receipt', at })).toEqual({ allowed: true });
    expect(asked({ ...inps, verb: 'receive', at })).toMatchObject({ rule: 'INPS-END-RECEIVE' });
  });

  test.each([{}, { lastSentAt: null }])('do not enter a box that never sent (%j)', (sent) => {
    expect(asked({ verb: 'receive-receipt', ...sent })).toMatchObject({
      refused: 'mailbox/no-receipt-awaited',
      rule: 'BOX-RECEIPTS-24H',
    });
  });
});
