import { describe, expect, test } from '@jest/globals';
import { afterRefusal, pauseAfter } from './hindrance.ts';

describe('a communication whose secret or message is refused', () => {
  // @rule COMMUNICATION-ABANDONED
  test.each([
    'enrolment/generation-superseded',
    'enrolment/password-chosen',
    'enrolment/already-confirmed',
    'pin/half-given',
  ])('is given up at %s: its reader gets on without it', (code) => {
    expect(afterRefusal(code)).toBe('abandon');
  });

  // @rule COMMUNICATION-REFUSED
  test.each(['enrolment/window-ended', 'enrolment/unknown', 'submission/sender-differs', 'idempotency-key/reused'])(
    'has failed at %s: somebody is not told what they were to be told',
    (code) => {
      expect(afterRefusal(code)).toBe('fail');
    },
  );

  test('is tried again when the door itself is not where we knocked', () => {
    expect(afterRefusal('request/no-such-route')).toBe('retry');
  });
});

describe('the pause before the next try', () => {
  // @rule COMMUNICATION-RETRY
  test('doubles from a quarter of a second to half a minute', () => {
    expect([1, 2, 3, 4, 7, 8, 9, 1_000].map(pauseAfter)).toEqual([
      250, 500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });
});
