import { describe, expect, test } from '@jest/globals';
import { isRefusal } from '@recapito/primitives';
import { decideQueue } from './queue.ts';
import type { QueueCommand, QueueStanding } from './queue.ts';

const now = new Date('2010-09-01T10:00:00Z');
const due: QueueStanding = { state: 'due', holdId: null, notBefore: new Date('2010-09-01T09:59:00Z') };
const held: QueueStanding = { ...due, state: 'held' };
const suspended: QueueStanding = { ...held, holdId: 'the hold of its box' };
const beingCarried: QueueStanding = { ...held, notBefore: new Date('2010-09-01T10:00:01Z') };
const carried: QueueStanding = { ...due, state: 'carried' };

describe('what an operator does with a message that waits', () => {
  test.each<[string, QueueStanding | undefined, QueueCommand, string]>([
    ['due, it is held', due, 'hold', 'held'],
    ['held again, it stays held', held, 'hold', 'held'],
    ['due, it is tried at once', due, 'retry', 'due'],
    ['held, it is due again', held, 'retry', 'due'],
    ['held, it is given up', held, 'return', 'returned'],
    ['due, it is not given up', due, 'return', 'queue/not-held'],
    ['held while somebody carries it, it is not given up yet', beingCarried, 'return', 'queue/in-hand'],
    ['suspended with its box, it is not hurried', suspended, 'retry', 'queue/box-held'],
    ['suspended with its box, it is not held by itself', suspended, 'hold', 'queue/box-held'],
    ['suspended with its box, it may be given up', suspended, 'return', 'returned'],
    ['one that has left is unknown', carried, 'retry', 'queue/unknown'],
    ['one that nobody knows is unknown', undefined, 'hold', 'queue/unknown'],
  ])('%s', (_, standing, command, expected) => {
    const decision = decideQueue(standing, command, now);
    expect(isRefusal(decision) ? decision.refused : decision).toBe(expected);
  });
});
