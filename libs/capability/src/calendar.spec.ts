import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { boundaryChangedWithin } from './arming.ts';
import { serviceCalendar } from './calendar.ts';
import type { ServiceCalendar } from './calendar.ts';
import { compileCalendar } from './compiled-calendar.ts';
import { fingerprint } from './fingerprint.ts';
import { calendarVerbs } from './verbs.ts';

const text = readFileSync(new URL('../../../programmes/services/cec-pac.json', import.meta.url), 'utf8');
const cecPac = serviceCalendar.parse(JSON.parse(text));

/** The calendar with a phase begun on another day. */
function withPhase(id: string, from: string): ServiceCalendar {
  return { ...cecPac, phases: cecPac.phases.map((phase) => (phase.id === id ? { ...phase, from } : phase)) };
}

function withVerb(verb: keyof ServiceCalendar['verbs'], change: Record<string, unknown>): unknown {
  return { ...cecPac, verbs: { ...cecPac.verbs, [verb]: { ...cecPac.verbs[verb], ...change } } };
}

function faultsIn(calendar: unknown): string {
  const { error } = serviceCalendar.safeParse(calendar);
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n') ?? '';
}

describe('a calendar as a provider writes it', () => {
  test('is shipped without a fault', () => {
    expect(faultsIn(cecPac)).toBe('');
  });

  test.each([
    ['phases out of order', withPhase('P3', '2015-01-01'), 'phase P3 does not begin after P2'],
    ['an empty phase', withPhase('P2', '2014-12-18'), 'phase P2 does not begin after P1'],
    [
      'two phases of one name',
      { ...cecPac, phases: [...cecPac.phases, { ...cecPac.phases[5], from: '2020-01-01' }] },
      'there are two phases P5',
    ],
    ['an impossible day', withPhase('P1', '2015-02-29'), 'is not a day of the calendar'],
    ['a bound that is no phase and no day', withVerb('send', { until: 'P9' }), 'send ends at P9, which is neither'],
    ['a verb that ends before it begins', withVerb('send', { from: 'P2', until: 'P1' }), 'send ends before it begins'],
    ['a verb that ends without a word', withVerb('send', { after: undefined }), 'send ends without saying why'],
    ['a verb left out', { ...cecPac, verbs: { ...cecPac.verbs, read: undefined } }, 'verbs.read'],
    ['a verb that does not exist', withVerb('fly' as 'read', { from: 'P0' }), 'fly'],
    ['an unknown setting', { ...cecPac, colour: 'blue' }, 'colour'],
    [
      'the same words in both languages',
      { ...cecPac, before: { rule: 'X-START', words: { it: 'No.', en: 'No.' } } },
      'are the same',
    ],
    ['a rule without an id', { ...cecPac, before: { ...cecPac.before, rule: 'start' } }, 'is not a rule id'],
  ])('is refused for %s', (_, calendar, said) => {
    expect(faultsIn(calendar)).toContain(said);
  });
});

describe('the fingerprint of a calendar', () => {
  test('does not depend on the order of keys or the blanks of its file', () => {
    const reordered = Object.fromEntries(Object.entries(cecPac).toReversed());
    expect(fingerprint(serviceCalendar.parse(JSON.parse(JSON.stringify(reordered, null, 8))))).toBe(
      fingerprint(cecPac),
    );
  });

  test('changes with any date or word', () => {
    const prints = [
      cecPac,
      withPhase('P5', '2018-03-19'),
      { ...cecPac, before: { ...cecPac.before, words: { ...cecPac.before.words, en: 'Not yet.' } } },
      { ...cecPac, circuit: 'open' as const },
    ].map(fingerprint);
    expect(new Set(prints).size).toBe(4);
    for (const print of prints) expect(print).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is SHA-256 of the JSON with sorted keys, as anyone can compute it', () => {
    const small = serviceCalendar.parse({
      service: 'prova',
      brand: 'Prova',
      circuit: 'open',
      addressRule: 'nome.cognome',
      limits: { mailboxBytes: 1, fascicoloBytes: 0, sendsADay: null, recipientsAMessage: 50, transferBytes: 1 },
      before: { rule: 'PROVA-START', words: { it: 'Non è ancora aperto.', en: 'Not open yet.' } },
      phases: [{ id: 'A0', from: '2010-01-01', name: { it: 'aperto', en: 'open' } }],
      verbs: Object.fromEntries(calendarVerbs.map((verb) => [verb, { from: 'A0' }])),
      unverified: [],
    });
    // jq --sort-keys --compact-output --join-output . | sha256sum
    expect(fingerprint(small)).toBe('656dcefbb018ddd5dfbb0059efc99e090ccf72b48cdf30144630b58c11502abe');
  });
});

// @rule CALENDAR-NEAR-BOUNDARY
describe('a calendar that takes the place of the armed one', () => {
  const armed = compileCalendar(cecPac);
  const p1 = parseInstant('2014-12-17T23:00:00Z');
  const minuteBefore = parseInstant('2014-12-17T22:59:00Z');
  const lessThanAMinute = parseInstant('2014-12-17T22:59:00.001Z');
  const later = compileCalendar(withPhase('P1', '2014-12-19'));
  const earlier = compileCalendar(withPhase('P1', '2014-12-17'));

  test('may move a boundary that is a whole minute ahead, and not one that is less', () => {
    expect(boundaryChangedWithin(armed, later, minuteBefore)).toBeNull();
    expect(boundaryChangedWithin(armed, later, lessThanAMinute)).toMatchObject({
      refused: 'calendar/boundary-too-near',
      rule: 'CALENDAR-NEAR-BOUNDARY',
      details: { boundary: 'phase P1', at: '2014-12-17T23:00:00.000Z' },
    });
  });

  test('may not put a boundary less than a minute ahead either', () => {
    expect(boundaryChangedWithin(later, armed, minuteBefore)).toBeNull();
    expect(boundaryChangedWithin(later, armed, lessThanAMinute)).not.toBeNull();
  });

  test('may not move a boundary that has passed', () => {
    expect(boundaryChangedWithin(armed, earlier, p1)).not.toBeNull();
    expect(boundaryChangedWithin(armed, later, parseInstant('2016-01-01T00:00:00Z'))).not.toBeNull();
  });

  test('may move what is far ahead while another boundary is near', () => {
    expect(boundaryChangedWithin(armed, compileCalendar(withPhase('P5', '2018-03-19')), lessThanAMinute)).toBeNull();
  });

  test('may not give a verb to a phase that has begun, though no phase moves', () => {
    const reopened = compileCalendar(serviceCalendar.parse(withVerb('send', { until: 'P3' })));
    const inP2 = parseInstant('2015-04-01T00:00:00Z');
    expect(boundaryChangedWithin(armed, reopened, inP2)).toMatchObject({ details: { boundary: 'send closes' } });
    expect(boundaryChangedWithin(armed, reopened, minuteBefore)).toBeNull();
  });

  test('may be the same one at any instant', () => {
    expect(boundaryChangedWithin(armed, armed, p1)).toBeNull();
  });

  test('is of the same service', () => {
    expect(() => boundaryChangedWithin(armed, { ...armed, service: 'free-pec' }, p1)).toThrow(RangeError);
  });
});
