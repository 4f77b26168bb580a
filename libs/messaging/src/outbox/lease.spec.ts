import { describe, expect, test } from '@jest/globals';
import { leaseHolds } from './lease.ts';

const asked = { monotonic: 50_000, system: 1_800_000_000_000 };
const after = (monotonic: number, system: number) => ({
  monotonic: asked.monotonic + monotonic,
  system: asked.system + system,
});

describe('the lease of a relay', () => {
  test.each([
    ['holds until six seconds have passed', after(5_999, 5_999), true],
    ['ends after six seconds', after(6_000, 6_000), false],
    ['ends when only the system clock has moved on, as after a sleep of the machine', after(20, 60_000), false],
    ['ends when the system clock was put back meanwhile', after(6_000, -3_600_000), false],
  ])('%s', (_, now, holds) => expect(leaseHolds(asked, now)).toBe(holds));
});
