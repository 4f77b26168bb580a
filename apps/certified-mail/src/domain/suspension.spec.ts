import { describe, expect, test } from '@jest/globals';
import { isRefusal, parseInstant } from '@recapito/primitives';
import { decideRelease, suspensionCommands, suspensionLife, suspensionStates } from './suspension.ts';
import type { ReleaseOrder, SuspensionStanding } from './suspension.ts';

const request = {
  id: 'request 1',
  by: 'anna',
  at: parseInstant('2010-09-01T10:00:00Z'),
  queue: 'send',
  reason: 'the holder has changed the password',
} as const;

const held: SuspensionStanding = { request: null, released: null };
const asked: SuspensionStanding = { request, released: null };
const released: SuspensionStanding = { request, released: { by: 'luca' } };

const ask = { command: 'ask-release', by: 'anna', queue: 'send', reason: request.reason } as const;
const withdraw = { command: 'withdraw-request', request: 'request 1' } as const;
const confirm = {
  command: 'confirm-release',
  by: 'luca',
  request: 'request 1',
  may: { asker: true, approver: true },
} as const;
const onlyOne = (who: 'asker' | 'approver') => ({ asker: who === 'asker', approver: who === 'approver' });

describe('the life of a suspension, walked whole', () => {
  const walk = [
    ['held', 'ask-release', 'release-asked'],
    ['held', 'withdraw-request', 'hold/not-asked'],
    ['held', 'confirm-release', 'hold/not-asked'],
    ['release-asked', 'ask-release', 'hold/asked-already'],
    ['release-asked', 'withdraw-request', 'held'],
    ['release-asked', 'confirm-release', 'released'],
    ['released', 'ask-release', 'hold/released'],
    ['released', 'withdraw-request', 'hold/released'],
    ['released', 'confirm-release', 'hold/released'],
  ] as const;

  test.each(walk)('%s, %s: %s', (state, command, next) => {
    expect(suspensionLife[state][command]).toBe(next);
  });

  test('has no state or command beside these', () => {
    expect(walk).toHaveLength(suspensionStates.length * suspensionCommands.length);
  });
});

describe('two persons release a box', () => {
  test.each<[string, SuspensionStanding, ReleaseOrder, object | string]>([
    ['the first asks', held, ask, { to: 'release-asked', changed: true }],
    ['asked again in the same words, it is the same request', asked, ask, { to: 'release-asked', changed: false }],
    ['another person cannot ask beside it', asked, { ...ask, by: 'luca' }, 'hold/asked-already'],
    ['nor the same for another queue', asked, { ...ask, queue: 'return' }, 'hold/asked-already'],
    ['nor for another reason', asked, { ...ask, reason: 'the holder is abroad' }, 'hold/asked-already'],
    ['nobody asks for what is released', released, ask, 'hold/released'],
    ['the request is taken back', asked, withdraw, { to: 'held', changed: true }],
    ['another request is not', asked, { ...withdraw, request: 'request 2' }, 'hold/not-asked'],
    ['nor one that nobody made', held, withdraw, 'hold/not-asked'],
    ['nor one that was confirmed', released, withdraw, 'hold/released'],
    ['the second person confirms', asked, confirm, { to: 'released', changed: true }],
    ['confirmed again by the same, it is done', released, confirm, { to: 'released', changed: false }],
    ['confirmed again by another, it is released already', released, { ...confirm, by: 'anna' }, 'hold/released'],
    ['another request is not confirmed', asked, { ...confirm, request: 'request 2' }, 'hold/not-asked'],
    ['nor one that nobody made', held, confirm, 'hold/not-asked'],
    ['nor one’s own', asked, { ...confirm, by: 'anna' }, 'approval/same-person'],
    ['nor that of one who may no longer ask', asked, { ...confirm, may: onlyOne('approver') }, 'approval/person-gone'],
    ['nor by one who may no longer confirm', asked, { ...confirm, may: onlyOne('asker') }, 'approval/person-gone'],
  ])('%s', (_, standing, order, expected) => {
    const decision = decideRelease(standing, order);
    expect(isRefusal(decision) ? decision.refused : decision).toEqual(expected);
  });

  test('who asks beside a request learns whose it is', () => {
    expect(decideRelease(asked, { ...ask, by: 'luca' })).toMatchObject({
      details: { request: 'request 1' },
      words: { en: 'anna has asked for the release already: confirm it, or withdraw it before asking for another.' },
    });
  });
});
