import { describe, expect, test } from '@jest/globals';
import { isRefusal } from '@recapito/primitives';
import { emissionCommands, emissionLife, emissionStates } from './emission-life.ts';
import { placementCommands, placementLife, placementStates } from './placement-life.ts';
import { follow, isFinal, recipientCommands, recipientStates, recipientTable } from './recipient.ts';
import { submissionCommands, submissionStates, submissionTable } from './submission.ts';

describe('the life of a submission, walked whole', () => {
  test.each([
    ['accepted', 'conclude', 'concluded'],
    ['refused', 'conclude', null],
    ['concluded', 'conclude', 'concluded'],
  ] as const)('%s, %s: %s', (state, command, next) => {
    expect(submissionTable[state][command]).toBe(next);
  });

  test('has no state or command beside these', () => {
    expect(submissionStates.length * submissionCommands.length).toBe(3);
  });
});

describe('the life of a recipient, walked whole', () => {
  const walk = [
    ['dispatched', 'take-in-charge', 'taken-in-charge'],
    ['dispatched', 'deliver', 'delivered'],
    ['dispatched', 'fail', 'not-delivered'],
    ['dispatched', 'pass-limit', 'warned'],
    ['dispatched', 'hand-over', 'recipient/other-outcome'],
    ['warned', 'take-in-charge', 'taken-in-charge'],
    ['warned', 'deliver', 'delivered'],
    ['warned', 'fail', 'not-delivered'],
    ['warned', 'pass-limit', 'timed-out'],
    ['warned', 'hand-over', 'recipient/other-outcome'],
    ['taken-in-charge', 'take-in-charge', 'taken-in-charge'],
    ['taken-in-charge', 'deliver', 'delivered'],
    ['taken-in-charge', 'fail', 'not-delivered'],
    ['taken-in-charge', 'pass-limit', 'timed-out'],
    ['taken-in-charge', 'hand-over', 'recipient/other-outcome'],
    ['delivered', 'take-in-charge', 'delivered'],
    ['delivered', 'deliver', 'delivered'],
    ['delivered', 'fail', 'recipient/other-outcome'],
    ['delivered', 'pass-limit', 'delivered'],
    ['delivered', 'hand-over', 'recipient/other-outcome'],
    ['not-delivered', 'take-in-charge', 'not-delivered'],
    ['not-delivered', 'deliver', 'recipient/other-outcome'],
    ['not-delivered', 'fail', 'not-delivered'],
    ['not-delivered', 'pass-limit', 'not-delivered'],
    ['not-delivered', 'hand-over', 'recipient/other-outcome'],
    ['timed-out', 'take-in-charge', 'timed-out'],
    ['timed-out', 'deliver', 'delivered-late'],
    ['timed-out', 'fail', 'timed-out'],
    ['timed-out', 'pass-limit', 'timed-out'],
    ['timed-out', 'hand-over', 'recipient/other-outcome'],
    ['delivered-late', 'take-in-charge', 'delivered-late'],
    ['delivered-late', 'deliver', 'delivered-late'],
    ['delivered-late', 'fail', 'recipient/other-outcome'],
    ['delivered-late', 'pass-limit', 'delivered-late'],
    ['delivered-late', 'hand-over', 'recipient/other-outcome'],
    ['outgoing', 'take-in-charge', 'recipient/other-outcome'],
    ['outgoing', 'deliver', 'recipient/other-outcome'],
    ['outgoing', 'fail', 'not-delivered'],
    ['outgoing', 'pass-limit', 'not-delivered'],
    ['outgoing', 'hand-over', 'handed-over'],
    ['handed-over', 'take-in-charge', 'recipient/other-outcome'],
    ['handed-over', 'deliver', 'recipient/other-outcome'],
    ['handed-over', 'fail', 'recipient/other-outcome'],
    ['handed-over', 'pass-limit', 'handed-over'],
    ['handed-over', 'hand-over', 'handed-over'],
  ] as const;

  // @rule RECIPIENT-ONE-OUTCOME
  test.each(walk)('%s, %s: %s', (state, command, next) => {
    const followed = follow(state, command);
    expect(isRefusal(followed) ? followed.refused : followed).toBe(next);
  });

  test('has no state or command beside these', () => {
    expect(walk).toHaveLength(recipientStates.length * recipientCommands.length);
  });

  // @rule RECIPIENT-ONE-OUTCOME
  test('ends at its first outcome: nothing leads out of it but a delivery after the time was up', () => {
    const ways = recipientStates
      .filter(isFinal)
      .flatMap((state) => recipientCommands.map((command) => [state, command, recipientTable[state][command]] as const))
      .filter(([state, , next]) => next !== null && next !== state);
    expect(ways).toEqual([['timed-out', 'deliver', 'delivered-late']]);
  });

  test('has an outcome in these states, and in no other', () => {
    expect(recipientStates.filter(isFinal)).toEqual([
      'delivered',
      'not-delivered',
      'timed-out',
      'delivered-late',
      'handed-over',
    ]);
  });
});

describe('the life of an emission, walked whole', () => {
  const walk = [
    ['due', 'hold', 'held'],
    ['due', 'retry', 'due'],
    ['due', 'give-up', null],
    ['due', 'suspend', 'held'],
    ['due', 'release', null],
    ['due', 'carry', 'carried'],
    ['due', 'return', 'returned'],
    ['held', 'hold', 'held'],
    ['held', 'retry', 'due'],
    ['held', 'give-up', 'returned'],
    ['held', 'suspend', null],
    ['held', 'release', 'due'],
    ['held', 'carry', 'carried'],
    ['held', 'return', 'returned'],
  ] as const;

  test.each(walk)('%s, %s: %s', (state, command, next) => {
    expect(emissionLife[state][command]).toBe(next);
  });

  test('nothing happens to one that has ended', () => {
    const ended = (['carried', 'returned'] as const).flatMap((state) => Object.values(emissionLife[state]));
    expect(ended).toEqual(Array.from({ length: 14 }, () => null));
  });

  test('has no state or command beside these', () => {
    expect(emissionStates.length * emissionCommands.length).toBe(walk.length + 14);
  });
});

describe('the life of a placement, walked whole', () => {
  const walk = [
    ['due', 'place', 'placed'],
    ['due', 'return', 'returned'],
    ['placed', 'place', null],
    ['placed', 'return', null],
    ['returned', 'place', null],
    ['returned', 'return', null],
    ['refused', 'place', null],
    ['refused', 'return', null],
  ] as const;

  test.each(walk)('%s, %s: %s', (state, command, next) => {
    expect(placementLife[state][command]).toBe(next);
  });

  test('has no state or command beside these', () => {
    expect(walk).toHaveLength(placementStates.length * placementCommands.length);
  });
});
