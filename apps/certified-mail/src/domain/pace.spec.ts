import { describe, expect, test } from '@jest/globals';
import { excessOf } from './pace.ts';
import type { PaceLimits } from './pace.ts';

const limits: PaceLimits = { messages: { most: 3, minutes: 10 }, recipients: { most: 5, minutes: 60 } };

// @rule ABUSE-PACE
describe('the pace of a box', () => {
  test.each([
    ['the third message, to the fifth address', { messages: 2, recipients: 5 }, null],
    ['the fourth message', { messages: 3, recipients: 1 }, { kind: 'messages', most: 3, minutes: 10 }],
    ['a message to the sixth address', { messages: 0, recipients: 6 }, { kind: 'recipients', most: 5, minutes: 60 }],
    [
      'both at once: the messages are named',
      { messages: 9, recipients: 9 },
      { kind: 'messages', most: 3, minutes: 10 },
    ],
  ] as const)('%s', (_, sent, excess) => {
    expect(excessOf(limits, sent)).toEqual(excess);
  });
});
