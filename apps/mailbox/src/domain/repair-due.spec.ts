import { expect, test } from '@jest/globals';
import { isRepairDue } from './repair-due.ts';

const last = { epoch: 1, forgotten: 2, atMs: 1_000 };
const now = { ...last, madeAgain: false };

// @rule DIRECTORY-REPAIR
test.each([
  ['at a start', undefined, now, true],
  ['right after a repair', last, now, false],
  ['just before an hour has passed', last, { ...now, atMs: 3_600_999 }, false],
  ['when an hour has passed', last, { ...now, atMs: 3_601_000 }, true],
  ['in a new epoch', last, { ...now, epoch: 2 }, true],
  ['after a decision about a forgotten fact', last, { ...now, forgotten: 1 }, true],
  ['when a topic was made again', last, { ...now, madeAgain: true }, true],
] as const)('the topics are compared: %s', (_, before, standing, due) => {
  expect(isRepairDue(before, standing)).toBe(due);
});
