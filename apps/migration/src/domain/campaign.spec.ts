import { describe, expect, test } from '@jest/globals';
import { campaignCommands, campaignLife, campaignStates } from './campaign.ts';
import { loadCommands, loadLife, loadStates } from './load.ts';

describe('the life of a campaign, walked whole', () => {
  const walk = [
    ['proposed', 'open', 'running'],
    ['proposed', 'close', null],
    ['running', 'open', 'running'],
    ['running', 'close', 'closed'],
    ['closed', 'open', null],
    ['closed', 'close', null],
  ] as const;

  test.each(walk)('%s, %s: %s', (state, command, next) => {
    expect(campaignLife[state][command]).toBe(next);
  });

  test('has no state or command beside these', () => {
    expect(walk).toHaveLength(campaignStates.length * campaignCommands.length);
  });
});

describe('the life of a load, walked whole', () => {
  const walk = [
    ['received', 'advance', 'received'],
    ['received', 'end', 'done'],
    ['done', 'advance', null],
    ['done', 'end', 'done'],
  ] as const;

  test.each(walk)('%s, %s: %s', (state, command, next) => {
    expect(loadLife[state][command]).toBe(next);
  });

  test('has no state or command beside these', () => {
    expect(walk).toHaveLength(loadStates.length * loadCommands.length);
  });
});
