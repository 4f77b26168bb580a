import { describe, expect, test } from '@jest/globals';
import { decidePin, pinChannels, pinCommands, pinHalf, pinStates, pinTable } from './pin.ts';

describe('the table of a PIN', () => {
  test('knows every command in every state', () => {
    expect(Object.keys(pinTable)).toEqual([...pinStates]);
    for (const state of pinStates) expect(Object.keys(pinTable[state])).toEqual([...pinCommands]);
  });

  test.each([
    ['initial', 'give-half', { to: 'initial' }],
    ['initial', 'change', { to: 'personal' }],
    ['initial', 'open-box', { refused: 'pin/first-change-due' }],
    ['personal', 'give-half', { refused: 'pin/half-given' }],
    ['personal', 'change', { to: 'personal' }],
    ['personal', 'open-box', { to: 'personal' }],
    ['initial', 'reissue', { to: 'initial' }],
    ['personal', 'reissue', { to: 'initial' }],
    ['lost', 'give-half', { refused: 'pin/half-given' }],
    ['lost', 'change', { refused: 'pin/lost' }],
    ['lost', 'open-box', { refused: 'pin/lost' }],
    ['lost', 'reissue', { to: 'initial' }],
  ] as const)('%s, %s: %o', (state, command, outcome) => {
    expect(decidePin(state, command)).toMatchObject(outcome);
  });
});

// @rule INPS-PIN-CHANNELS
describe('the two halves of a PIN', () => {
  test('are the first and the second eight of its sixteen characters', () => {
    expect(pinHalf('ABCDEFGHJKLMNPQR', 1)).toBe('ABCDEFGH');
    expect(pinHalf('ABCDEFGHJKLMNPQR', 2)).toBe('JKLMNPQR');
  });

  const email = 'anna@posta.example';
  const cellulare = '+393330000001';
  const indirizzo = 'Via delle Prove 1';

  test.each([
    [{ cellulare, emailOrdinaria: email, indirizzo }, ['sms', 'posta']],
    [{ cellulare: null, emailOrdinaria: email, indirizzo }, ['email', 'posta']],
    [{ cellulare: null, emailOrdinaria: null, indirizzo }, ['sportello', 'posta']],
    [{ cellulare, emailOrdinaria: email, indirizzo: null }, ['sms', 'sportello']],
    [{ cellulare: null, emailOrdinaria: email, indirizzo: null }, ['email', 'sportello']],
    [{ cellulare: null, emailOrdinaria: null, indirizzo: null }, ['sportello', 'sportello']],
  ] as const)('to a holder with %o they go by %o', (contacts, channels) => {
    expect(pinChannels(contacts)).toEqual(channels);
  });
});
