import { describe, expect, test } from '@jest/globals';
import { isRefusal } from '@recapito/primitives';
import { exportCommands, exportStates, moveExport } from './export.ts';

/** Every state against every command, written by hand; `-` is a refusal. */
const table: Record<(typeof exportStates)[number], Record<(typeof exportCommands)[number], string>> = {
  asked: { start: 'running', finish: '-', fail: '-', remove: 'removed' },
  running: { start: 'running', finish: 'ready', fail: 'failed', remove: 'removed' },
  ready: { start: '-', finish: '-', fail: '-', remove: 'removed' },
  failed: { start: '-', finish: '-', fail: '-', remove: 'removed' },
  removed: { start: '-', finish: '-', fail: '-', remove: 'removed' },
};

// @rule TRACE-EXPORT
describe.each(exportStates)('an export that is %s', (state) => {
  test.each(exportCommands)('answers %s as the table says', (command) => {
    const to = moveExport(state, command);
    expect(isRefusal(to) ? '-' : to).toBe(table[state][command]);
  });
});

test('a refusal names the state and what was tried, and says so in two languages', () => {
  const refusal = moveExport('ready', 'start');
  expect(refusal).toMatchObject({
    refused: 'export/not-in-this-state',
    rule: 'TRACE-EXPORT',
    details: { state: 'ready', command: 'start' },
  });
  expect(isRefusal(refusal) && refusal.words.it !== refusal.words.en).toBe(true);
});
