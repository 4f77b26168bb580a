import { describe, expect, test } from '@jest/globals';
import { statesFirst } from './states-first.ts';

const fact = (nth: number) => ({ topic: 'mailbox.mailboxes.v1', nth }) as const;
const state = (nth: number) => ({ topic: 'mailbox.directory.v1', nth }) as const;

describe('what a relay sends first', () => {
  test('is how things stand, then the facts, each in its order', () => {
    expect(statesFirst([fact(1), state(2), fact(3), state(4)])).toEqual([
      [state(2), state(4)],
      [fact(1), fact(3)],
    ]);
  });

  test('is all there is when there is only one kind', () => {
    expect(statesFirst([fact(1), fact(2)])).toEqual([[fact(1), fact(2)]]);
    expect(statesFirst([])).toEqual([]);
  });
});
