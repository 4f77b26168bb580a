import { expect, test } from '@jest/globals';
import { findingOfOutbox } from './messaging-checks.ts';

const publishing = { leading: true, standby: false, ageMs: 10 };
const standby = { leading: false, standby: true, ageMs: null };

// @rule MESSAGING-OUTBOX-AGE
test.each([
  ['publishes, and nothing waits', publishing, 0, 'ok', 'publishing'],
  ['publishes, and a fact waits half a minute', publishing, 30_000, 'ok', 'publishing'],
  ['publishes, and a fact waits longer', publishing, 30_001, 'degraded', 'publishing'],
  ['stands by, and nothing waits', standby, 0, 'ok', 'standby'],
  ['stands by, and a fact waits longer: the one that publishes may hang', standby, 30_001, 'degraded', 'standby'],
  ['has published nothing for longer', { ...publishing, ageMs: 30_001 }, 0, 'degraded', 'publishing'],
  ['has no lock and does not stand by', { ...standby, standby: false }, 0, 'degraded', 'waiting'],
] as const)('a process that %s', (_, state, oldestMs, found, role) => {
  expect(findingOfOutbox(state, oldestMs)).toMatchObject({ state: found, role });
});
