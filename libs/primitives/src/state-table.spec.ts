import { describe, expect, test } from '@jest/globals';
import { stateAfter, statesBefore } from './state-table.ts';
import type { StateTable } from './state-table.ts';

const door: StateTable<'open' | 'shut' | 'walled', 'close' | 'lock' | 'wall' | 'toggle' | 'paint'> = {
  open: { close: 'shut', lock: null, wall: 'walled', toggle: 'shut', paint: null },
  shut: { close: 'shut', lock: 'shut', wall: 'walled', toggle: 'open', paint: null },
  walled: { close: null, lock: null, wall: null, toggle: null, paint: null },
};

describe('a table of states', () => {
  test('names the states in which a command leads somewhere, also to the state itself', () => {
    expect(statesBefore(door, 'close')).toEqual(['open', 'shut']);
    expect(statesBefore(door, 'lock')).toEqual(['shut']);
    expect(statesBefore(door, 'paint')).toEqual([]);
  });

  test('names the one state to which a command leads', () => {
    expect(stateAfter(door, 'wall')).toBe('walled');
    expect(stateAfter(door, 'close')).toBe('shut');
  });

  test('has no answer where a command leads to several states, or to none', () => {
    expect(() => stateAfter(door, 'toggle')).toThrow('toggle leads to no single state');
    expect(() => stateAfter(door, 'paint')).toThrow('paint leads to no single state');
  });
});
