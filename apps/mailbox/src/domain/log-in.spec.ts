import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { compileCalendar, mailboxStates, serviceCalendar } from '@recapito/capability';
import { parseInstant, refuse } from '@recapito/primitives';
import { admission, admissionWithoutBox, closedToAll } from './log-in.ts';

const file = new URL('../../../../programmes/services/inps-trial.json', import.meta.url);
const inps = compileCalendar(serviceCalendar.parse(JSON.parse(readFileSync(file, 'utf8'))));
const inAugust = parseInstant('2010-08-10T09:00:00Z');
const lastMoment = parseInstant('2010-09-15T21:59:59.999Z');
const bound = parseInstant('2010-09-15T22:00:00Z');

describe('before the password', () => {
  // @rule GATE-CALENDAR-FIRST
  test('the calendar is asked, so that a service that is over costs no hash', () => {
    expect(closedToAll(inps, lastMoment)).toBeNull();
    expect(closedToAll(inps, bound)).toMatchObject({ refused: 'mailbox/closed-by-calendar', rule: 'INPS-END-OPEN' });
  });
});

describe('after the password', () => {
  test('an active box opens with everything, one that was moved away from to be read', () => {
    expect(admission(inps, 'active', { outcome: 'accepted' }, inAugust)).toEqual({
      outcome: 'admitted',
      access: 'full',
    });
    expect(admission(inps, 'read-only', { outcome: 'accepted' }, inAugust)).toEqual({
      outcome: 'admitted',
      access: 'read',
    });
  });

  test('the right password of a box that does not open learns why', () => {
    expect(admission(inps, 'suspended', { outcome: 'accepted' }, inAugust)).toMatchObject({
      outcome: 'refused',
      refusal: { refused: 'mailbox/state-forbids', rule: 'BOX-SUSPENDED' },
    });
  });

  // @rule GATE-SAME-WORDS
  test('a wrong password learns nothing, whatever the state of the box and whether there is one', () => {
    const wrong = { outcome: 'refused', refusal: null } as const;
    for (const state of mailboxStates) expect(admission(inps, state, wrong, inAugust)).toEqual({ outcome: 'wrong' });
    expect(admissionWithoutBox(inps, wrong, inAugust)).toEqual({ outcome: 'wrong' });
  });

  test('a first PIN that is right and opens no box is told so', () => {
    const refusal = refuse('pin/first-change-due', 'PIN-FIRST-CHANGE', {
      it: 'Il PIN va prima cambiato.',
      en: 'Change it.',
    });
    expect(admission(inps, 'active', { outcome: 'refused', refusal }, inAugust)).toEqual({
      outcome: 'refused',
      refusal,
    });
  });

  test('where there is no box, no password is right', () => {
    expect(admissionWithoutBox(inps, { outcome: 'accepted' }, inAugust)).toEqual({ outcome: 'wrong' });
  });

  test('when identity cannot say, the client is asked to come back', () => {
    expect(admission(inps, 'active', { outcome: 'temporary' }, inAugust)).toEqual({ outcome: 'unavailable' });
  });

  test('a block is told with its end, by the clocks in Rome, also where there is no box', () => {
    const until = parseInstant('2010-08-11T09:30:00Z');
    const blocked = { outcome: 'blocked', until } as const;
    for (const answer of [admission(inps, 'active', blocked, inAugust), admissionWithoutBox(inps, blocked, inAugust)]) {
      expect(answer).toMatchObject({
        outcome: 'refused',
        refusal: { refused: 'holder/blocked', rule: 'HOLDER-BLOCKED' },
      });
      expect(answer.outcome === 'refused' && answer.refusal.words.it).toContain('2010-08-11 11:30');
    }
    expect(admission(inps, 'active', { outcome: 'blocked' }, inAugust)).toMatchObject({ outcome: 'refused' });
  });
});
