import { describe, expect, test } from '@jest/globals';
import { quickestChannel } from './courtesy-channel.ts';

const none = { cellulare: null, emailOrdinaria: null, indirizzo: null };

describe('the quickest way to a holder', () => {
  test.each([
    ['all', { cellulare: '+39 333 0000000', emailOrdinaria: 'a@b.example', indirizzo: 'via Roma 1' }, 'sms'],
    ['e-mail and letter', { ...none, emailOrdinaria: 'a@b.example', indirizzo: 'via Roma 1' }, 'email'],
    ['a letter', { ...none, indirizzo: 'via Roma 1' }, 'posta'],
    ['nothing', none, 'sportello'],
  ] as const)('who can be reached by %s', (_, contacts, channel) => {
    expect(quickestChannel(contacts)).toBe(channel);
  });
});
