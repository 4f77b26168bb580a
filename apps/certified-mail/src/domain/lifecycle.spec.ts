import { describe, expect, test } from '@jest/globals';
import { isRefusal } from '@recapito/primitives';
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
    ['taken-in-charge', 'take-in-charge', 'taken-in-charge'],
    ['taken-in-charge', 'deliver', 'delivered'],
    ['taken-in-charge', 'fail', 'not-delivered'],
    ['delivered', 'take-in-charge', 'delivered'],
    ['delivered', 'deliver', 'delivered'],
    ['delivered', 'fail', 'recipient/other-outcome'],
    ['not-delivered', 'take-in-charge', 'not-delivered'],
    ['not-delivered', 'deliver', 'recipient/other-outcome'],
    ['not-delivered', 'fail', 'not-delivered'],
  ] as const;

  test.each(walk)('%s, %s: %s', (state, command, next) => {
    const followed = follow(state, command);
    expect(isRefusal(followed) ? followed.refused : followed).toBe(next);
  });

  test('has no state or command beside these', () => {
    expect(walk).toHaveLength(recipientStates.length * recipientCommands.length);
  });

  test('ends at its first outcome: no receipt leads out of it', () => {
    for (const state of recipientStates.filter(isFinal))
      for (const command of recipientCommands) expect([state, null]).toContain(recipientTable[state][command]);
  });
});
