import { describe, expect, test } from '@jest/globals';
import { mailboxStates } from '@recapito/capability';
import { isRefusal, parseInstant } from '@recapito/primitives';
import { runFor, switchBoxes } from './switch.ts';

const plan = { runsAt: ['00:30', '06:30', '12:30', '18:30'] };

describe('provisioning runs', () => {
  test.each([
    ['2010-08-02T07:00:00.000Z', '2010-08-02T10:30:00.000Z', 'a morning request is executed at half past twelve'],
    ['2010-08-02T10:30:00.000Z', '2010-08-02T10:30:00.000Z', 'one asked at the very instant of a run belongs to it'],
    ['2010-08-02T10:30:00.001Z', '2010-08-02T16:30:00.000Z', 'one asked a millisecond later waits for the next'],
    ['2010-08-02T16:30:00.001Z', '2010-08-02T22:30:00.000Z', 'after the evening run the next is at half past midnight'],
    [
      '2010-09-15T21:59:59.999Z',
      '2010-09-15T22:30:00.000Z',
      'the last confirmation of the window is switched after it',
    ],
    ['2010-03-27T23:45:00.000Z', '2010-03-28T04:30:00.000Z', 'the night in which the clocks go forward'],
    ['2010-10-30T22:45:00.000Z', '2010-10-31T05:30:00.000Z', 'the night in which the clocks go back'],
  ])('%s -> %s: %s', (asked, run) => {
    expect(runFor(plan, parseInstant(asked))).toBe(parseInstant(run));
  });

  test('the order in which the times are written does not matter', () => {
    const shuffled = { runsAt: ['18:30', '00:30', '12:30', '06:30'] };
    expect(runFor(shuffled, parseInstant('2010-08-02T07:00:00Z'))).toBe(parseInstant('2010-08-02T10:30:00Z'));
  });

  test('a plan without runs is a fault of its writer', () => {
    expect(() => runFor({ runsAt: [] }, parseInstant('2010-08-02T07:00:00Z'))).toThrow(RangeError);
  });
});

describe('the switch', () => {
  test('an active old box only reads, and the reserved new one is active', () => {
    expect(switchBoxes('active', 'reserved')).toEqual({ source: 'read-only', target: 'active' });
  });

  test('whatever the two states are, a switch never leaves two boxes that send', () => {
    for (const source of mailboxStates)
      for (const target of mailboxStates) {
        const switched = switchBoxes(source, target);
        if (isRefusal(switched)) continue;
        expect([switched.source, switched.target]).toEqual(['read-only', 'active']);
      }
  });

  test('done twice it is refused: the first one has changed both states', () => {
    expect(switchBoxes('read-only', 'active')).toMatchObject({ refused: 'mailbox/not-in-that-state' });
  });

  test('a new box that is not reserved any more is not brought to life', () => {
    expect(switchBoxes('active', 'withdrawn')).toMatchObject({
      refused: 'mailbox/not-in-that-state',
      details: { state: 'withdrawn', command: 'activate' },
    });
  });
});
