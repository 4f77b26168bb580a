import { describe, expect, test } from '@jest/globals';
import { declarationAbove, declaredAt, logBreakOf, newestOf, originOf } from './published-log.ts';
import type { PublishedCheckpoint } from './published-log.ts';

const name = 'gestore.example/trace';
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.padEnd(32)));
const published = (declared: number, size: number, root = 'root'): PublishedCheckpoint => ({
  head: { origin: originOf(name, declared), size, root: bytes(root) },
  declared,
  note: '',
});

describe('the origin of a log', () => {
  test('is the name, and the instant of its declaration behind it', () => {
    expect(originOf(name, 0)).toBe('gestore.example/trace');
    expect(originOf(name, 1_796_000_000_000)).toBe('gestore.example/trace/1796000000000');
  });

  test.each([
    ['gestore.example/trace', 0],
    ['gestore.example/trace/1796000000000', 1_796_000_000_000],
    ['gestore.example/trace/0', null],
    ['gestore.example/trace/01', null],
    ['gestore.example/trace/1/2', null],
    ['gestore.example/trace1', null],
    ['altro.example/trace/1', null],
  ])('%s was declared at %p', (origin, declared) => {
    expect(declaredAt(name, origin)).toBe(declared);
  });

  test('is above every log known, also when the clock was put back', () => {
    expect(declarationAbove([0], 1_796_000_000_000)).toBe(1_796_000_000_000);
    expect(declarationAbove([0, 1_797_000_000_000], 1_796_000_000_000)).toBe(1_797_000_000_001);
  });
});

test('the newest checkpoint is the largest of the newest log', () => {
  expect(newestOf([published(0, 900), published(5, 3), published(5, 7), published(0, 4)])).toEqual(published(5, 7));
  expect(newestOf([])).toBeNull();
});

describe('a tree', () => {
  const own = { declared: 5, entries: 10, epoch: 5 };

  test.each([
    ['continues what was published when it had that root at that size', published(5, 8), 'root', null],
    ['does not when it is smaller', published(5, 11), null, 'tree-smaller'],
    ['does not when it had another root at that size', published(5, 8), 'other', 'other-root'],
    ['does not when a newer log was declared', published(6, 2), 'root', 'newer-log'],
    ['need not agree with a log that ended before it was declared', published(0, 99), null, null],
  ])('%s', (_, checkpoint, root, cause) => {
    expect(logBreakOf(own, checkpoint, root === null ? null : bytes(root))).toBe(cause);
  });

  test('does not when its database has taken a new epoch since the log was declared, whatever is known as published', () => {
    const later = { ...own, epoch: 6 };
    expect(logBreakOf(later, published(5, 8), bytes('root'))).toBe('new-epoch');
    expect(logBreakOf({ ...later, declared: 7 }, published(7, 8), bytes('root'))).toBeNull();
    expect(logBreakOf(later, published(5, 11), null)).toBe('tree-smaller');
  });
});
