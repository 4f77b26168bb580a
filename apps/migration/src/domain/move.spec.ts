import { parseInstant, refuse } from '@recapito/primitives';
import { describe, expect, test } from '@jest/globals';
import { nextStep } from './move.ts';
import type { MoveFacts, NextStep } from './move.ts';
import { moveState } from './move-state.ts';

const planned = parseInstant('2010-08-02T07:00:00Z');
const confirmedAt = parseInstant('2010-08-20T10:00:00Z');
const inTime = parseInstant('2010-08-20T10:30:00Z');
const bound = parseInstant('2010-09-15T22:01:00Z');
const noName = refuse('name/not-addressable', 'ADDRESS-NAME', { it: 'no', en: 'nay' });

/** Hears the facts in the given order and does what is asked after each, as the service does. */
function live(heard: readonly Partial<MoveFacts>[]): { facts: MoveFacts; stated: NextStep['step'][] } {
  let facts: MoveFacts = { planned };
  const stated: NextStep['step'][] = [];
  for (const fact of heard) {
    facts = { ...facts, ...fact };
    for (let next = nextStep(facts); next !== null; next = nextStep(facts)) {
      stated.push(next.step);
      facts = { ...facts, ...statementOf(next) };
    }
  }
  return { facts, stated };
}

function statementOf(next: NextStep): Partial<MoveFacts> {
  switch (next.step) {
    case 'ask-announcement':
      return { announcementAsked: { generation: next.generation } };
    case 'ask-switch':
      return { switchAsked: { dueAt: next.dueAt } };
    case 'complete':
      return { ended: 'completed' };
    case 'lapse':
      return { ended: 'lapsed' };
    case 'refuse':
      return { ended: 'refused' };
  }
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

const enrolled = { enrolled: { enrolment: 'e', generation: 1, until: bound } };
const reserved = { reserved: { address: 'mario.rossi@postacertificata.gov.it' } };
const announced = { announced: planned };
const confirmed = { confirmed: { at: confirmedAt } };
const switched = { switched: { at: inTime } };

describe('a move', () => {
  test('asks for its announcement when the steps are open and the address is kept, and once only', () => {
    expect(live([enrolled]).stated).toEqual([]);
    expect(live([enrolled, reserved, enrolled, reserved]).stated).toEqual(['ask-announcement']);
  });

  test('asks again when an operator has the password made anew', () => {
    const anew = { enrolled: { enrolment: 'e', generation: 2, until: bound } };
    expect(live([enrolled, reserved, anew]).stated).toEqual(['ask-announcement', 'ask-announcement']);
  });

  // @rule INPS-MOVE-24H
  test('asks for the switch within twenty-four hours of the confirmation', () => {
    const { facts } = live([enrolled, reserved, confirmed]);
    expect(facts.switchAsked).toEqual({ dueAt: parseInstant('2010-08-21T10:00:00Z') });
  });

  test('completes in whatever order its facts are heard, however often', () => {
    for (const order of permutations([enrolled, reserved, announced, confirmed, switched])) {
      const { facts, stated } = live([...order, ...order]);
      expect(facts.ended).toBe('completed');
      expect(stated.filter((step) => step === 'complete')).toHaveLength(1);
      expect(stated.filter((step) => step === 'ask-switch').length).toBeLessThanOrEqual(1);
    }
  });

  // @rule INPS-MOVE-LAPSE
  test('lapses in whatever order its facts are heard, however often', () => {
    for (const order of permutations([enrolled, reserved, announced, { voided: bound }])) {
      const { facts, stated } = live([...order, ...order]);
      expect(facts.ended).toBe('lapsed');
      expect(stated.filter((step) => step === 'lapse')).toHaveLength(1);
    }
  });

  test('ends as refused when no address can be kept', () => {
    expect(live([enrolled, { unaddressable: { refusal: noName } }]).facts.ended).toBe('refused');
  });

  // @rule INPS-MOVE-24H
  test.each([
    ['2010-08-21T10:00:00.000Z', false],
    ['2010-08-21T10:00:00.001Z', true],
  ])('switched at %s is late: %s', (at, late) => {
    const facts: MoveFacts = {
      planned,
      ...confirmed,
      switchAsked: { dueAt: parseInstant('2010-08-21T10:00:00Z') },
      switched: { at: parseInstant(at) },
    };
    expect(nextStep(facts)).toMatchObject({ step: 'complete', late });
  });

  test('says where it stands from the facts alone', () => {
    expect(moveState({ planned })).toBe('planned');
    expect(moveState({ planned, ...announced })).toBe('announced');
    expect(moveState({ planned, ...announced, ...confirmed })).toBe('confirmed');
    expect(moveState({ planned, ...announced, ended: 'lapsed' })).toBe('lapsed');
  });
});
