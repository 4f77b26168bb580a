import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { instant, parseInstant } from '@recapito/primitives';
import {
  decideEnrolment,
  enrolmentCommands,
  enrolmentStates,
  enrolmentSteps,
  enrolmentTable,
  nextStep,
  stepNumber,
} from './enrolment.ts';
import type { EnrolmentState } from './enrolment.ts';

const until = parseInstant('2010-09-15T22:00:00Z');
const inTime = parseInstant('2010-09-15T21:59:59.999Z');
const late = until;

/**
 * What each command meets in each state while the window is open, written down from the six steps of the announcement:
 * `->` the step is done now, `=` it was done before, a number is the step that is missing, `!` names the refusal.
 */
const handbook = `
                  sign-in  change-password  accept-terms  set-questions  confirm  reissue
opened            ->       2                2             2              2        ->
signed-in         =        ->               3             3              3        ->
password-changed  =        =                ->            4              4        !password-chosen
terms-accepted    =        =                =             ->             5        !password-chosen
questions-set     =        =                =             =              ->       !password-chosen
confirmed         =        !already-confirmed !already-confirmed !already-confirmed = !already-confirmed
voided            !window-ended !window-ended !window-ended !window-ended !window-ended !window-ended
`;

const [header = '', ...lines] = handbook.trim().split('\n');
const commands = header.trim().split(/\s+/);
const cells = lines.flatMap((line) => {
  const [state = '', ...entries] = line.trim().split(/\s+/);
  return entries.map((entry, index) => ({ state, command: commands[index] ?? '', entry }));
});

function met(state: EnrolmentState, command: (typeof enrolmentCommands)[number], at = inTime): string {
  const decision = decideEnrolment({ state, until }, command, at);
  if (!('refused' in decision)) return decision.changed || command === 'reissue' ? '->' : '=';
  const { refused, details } = decision;
  return refused === 'enrolment/step-out-of-order'
    ? String(details?.['step'])
    : `!${refused.slice('enrolment/'.length)}`;
}

describe('the table of an enrolment', () => {
  test('knows every command in every state', () => {
    expect(Object.keys(enrolmentTable)).toEqual([...enrolmentStates]);
    for (const state of enrolmentStates) expect(Object.keys(enrolmentTable[state])).toEqual([...enrolmentCommands]);
  });

  test('the handbook covers all of it but the sweep', () => {
    expect(cells).toHaveLength(enrolmentStates.length * (enrolmentCommands.length - 1));
  });

  // @rule ENROLMENT-STEPS
  test.each(cells)('$state, $command: $entry', ({ state, command, entry }) => {
    expect(met(state as EnrolmentState, command as (typeof enrolmentCommands)[number])).toBe(entry);
  });

  test('each step leads to the state of its name, and no command leads anywhere else', () => {
    const walked = enrolmentSteps.map((step, index) => enrolmentTable[enrolmentStates[index] ?? 'voided'][step]);
    expect(walked).toEqual(['signed-in', 'password-changed', 'terms-accepted', 'questions-set', 'confirmed']);
  });

  test('the steps are numbered as in the announcement, from the second', () => {
    expect(enrolmentSteps.map(stepNumber)).toEqual([2, 3, 4, 5, 6]);
    expect(nextStep('opened')).toBe('sign-in');
    expect(nextStep('questions-set')).toBe('confirm');
    expect(nextStep('confirmed')).toBeNull();
    expect(nextStep('voided')).toBeNull();
  });
});

describe('the window of the move', () => {
  const unfinished = enrolmentStates.filter((state) => state !== 'confirmed' && state !== 'voided');

  test('a confirmation that arrives in the last millisecond of 15 September 2010 counts', () => {
    expect(decideEnrolment({ state: 'questions-set', until }, 'confirm', inTime)).toEqual({
      to: 'confirmed',
      changed: true,
    });
  });

  test('one that arrives at midnight is refused, with its rule and in two languages', () => {
    const refusal = decideEnrolment({ state: 'questions-set', until }, 'confirm', late);
    expect(refusal).toMatchObject({ refused: 'enrolment/window-ended', rule: 'INPS-MOVE-WINDOW' });
    expect(refusal).toHaveProperty('words.it', expect.stringContaining('registrazione ordinaria'));
    expect(refusal).toHaveProperty('words.en', expect.stringContaining('ordinary registration'));
  });

  test.each(unfinished)('after the bound every command is refused in the state %s', (state) => {
    for (const command of [...enrolmentSteps, 'reissue' as const])
      expect(met(state, command, late)).toBe('!window-ended');
  });

  test('who confirmed in time may sign in later, and send the confirmation again, but take no other step', () => {
    const later = enrolmentSteps.map((step) => met('confirmed', step, late));
    const over = '!already-confirmed';
    expect(later).toEqual(['=', over, over, over, '=']);
  });

  test.each(unfinished)(
    'the sweep may write down the end of %s at the bound, and not a millisecond before',
    (state) => {
      expect(decideEnrolment({ state, until }, 'void', inTime)).toMatchObject({ refused: 'enrolment/window-open' });
      expect(decideEnrolment({ state, until }, 'void', late)).toEqual({ to: 'voided', changed: true });
    },
  );

  test('a confirmed enrolment is never voided, a voided one not twice', () => {
    expect(met('confirmed', 'void', late)).toBe('!already-confirmed');
    expect(decideEnrolment({ state: 'voided', until }, 'void', late)).toEqual({ to: 'voided', changed: false });
  });

  // @rule ENROLMENT-STEPS
  test('whatever is tried in whatever order, only the steps in order within the window end in a confirmation', () => {
    const tries = fc.array(
      fc.record({ command: fc.constantFrom(...enrolmentCommands), at: fc.integer({ min: until - 3, max: until + 3 }) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(tries, (sequence) => {
        let state: EnrolmentState = 'opened';
        const done: string[] = [];
        for (const { command, at } of sequence) {
          const decision = decideEnrolment({ state, until }, command, instant(at));
          if ('refused' in decision) continue;
          if (decision.changed && command !== 'reissue') {
            if (command !== 'void') expect(at).toBeLessThan(until);
            done.push(command);
          }
          state = decision.to;
        }
        if (state === 'confirmed') expect(done).toEqual([...enrolmentSteps]);
        expect(done.filter((command) => command !== 'void')).toEqual(
          enrolmentSteps.slice(0, done.filter((command) => command !== 'void').length),
        );
      }),
    );
  });
});
