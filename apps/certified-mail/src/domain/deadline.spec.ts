import { describe, expect, test } from '@jest/globals';
import { formatRome, parseInstant } from '@recapito/primitives';
import { leavesLate, nextDeadline } from './deadline.ts';
import { isFinal, recipientStates } from './recipient.ts';

describe('the limit that runs for a recipient', () => {
  const dispatchedAt = parseInstant('2010-08-02T07:00:00Z');

  // @rule DEADLINE-ELAPSED
  test.each([
    ['dispatched', 'twelve-hours', '2010-08-02T19:00:00Z'],
    ['warned', 'twenty-four-hours', '2010-08-03T06:00:00Z'],
    ['taken-in-charge', 'twenty-four-hours', '2010-08-03T06:00:00Z'],
  ] as const)('who is %s: %s, due at %s', (state, limit, dueAt) => {
    expect(nextDeadline(state, dispatchedAt)).toEqual({ limit, dueAt: parseInstant(dueAt) });
  });

  test('is none once there is an outcome, and there is one until then', () => {
    for (const state of recipientStates) expect(nextDeadline(state, dispatchedAt) === null).toBe(isFinal(state));
  });
});

// @rule DEADLINE-ELAPSED
describe('over the nights in which the clocks are changed', () => {
  // By the clocks in Rome, as people see it: the notices come an hour later, or earlier, than the hands of the clock say.
  test.each([
    ['2015-03-28T20:00:00+01:00', '2015-03-29T09:00:00+02:00', '2015-03-29T20:00:00+02:00'],
    ['2014-10-25T20:00:00+02:00', '2014-10-26T07:00:00+01:00', '2014-10-26T18:00:00+01:00'],
    ['2015-03-29T01:59:59+01:00', '2015-03-29T14:59:59+02:00', '2015-03-30T01:59:59+02:00'],
    ['2014-10-26T02:30:00+02:00', '2014-10-26T13:30:00+01:00', '2014-10-27T00:30:00+01:00'],
    ['2014-10-26T02:30:00+01:00', '2014-10-26T14:30:00+01:00', '2014-10-27T01:30:00+01:00'],
  ])('what left at %s is due at %s and at %s: elapsed time', (dispatched, twelve, twentyThree) => {
    const dispatchedAt = parseInstant(dispatched);
    const [first, last] = (['dispatched', 'warned'] as const).map((state) => nextDeadline(state, dispatchedAt));
    expect(first?.dueAt).toBe(parseInstant(twelve));
    expect(last?.dueAt).toBe(parseInstant(twentyThree));
    // The same instants by the hands of the clock, so that a slip in the line above would show.
    expect(first && formatRome(first.dueAt).slice(0, 16)).toBe(twelve.slice(0, 16));
  });
});

describe('the last notice', () => {
  const dispatchedAt = parseInstant('2015-03-28T20:00:00+01:00');

  test.each([
    ['2015-03-29T20:00:00+02:00', false],
    ['2015-03-29T21:00:00.000+02:00', false],
    ['2015-03-29T21:00:00.001+02:00', true],
    ['2015-03-31T08:00:00+02:00', true],
  ])('that leaves at %s is late: %p', (at, late) => {
    expect(leavesLate('twenty-four-hours', dispatchedAt, parseInstant(at))).toBe(late);
  });

  test('is the only one that can be: a late warning is still a warning', () => {
    expect(leavesLate('twelve-hours', dispatchedAt, parseInstant('2015-03-31T08:00:00+02:00'))).toBe(false);
  });
});
