import { describe, expect, test } from '@jest/globals';
// @ts-expect-error the verifier is plain JavaScript, so that it runs without us
import { sortByLog } from './logs.mjs';

const root = (text: string): Buffer => Buffer.from(text.padEnd(32));
const head = (origin: string, size: number, name: string, file = `${origin} ${size}`) => ({
  origin,
  size,
  root: root(name),
  file,
});
const checkpoint = { ...head('log/2', 9, 'new'), follows: [head('log/1', 7, 'one'), head('log', 5, 'zero')] };

interface Sorted {
  readonly own: readonly { readonly size: number }[];
  readonly ended: readonly { readonly origin: string }[];
  readonly faults: readonly { readonly fault: string }[];
}

const sorted = (...earlier: readonly ReturnType<typeof head>[]): Sorted => sortByLog(checkpoint, earlier) as Sorted;

describe('a checkpoint that was kept', () => {
  test('of this log is compared with its entries', () => {
    expect(sorted(head('log/2', 8, 'x'))).toMatchObject({ own: [{ size: 8 }], ended: [], faults: [] });
  });

  test('of a log that ended, up to its end, is an honest break', () => {
    expect(sorted(head('log', 3, 'x'), head('log', 5, 'zero'), head('log/1', 6, 'y'))).toMatchObject({
      own: [],
      ended: [{ origin: 'log' }, { origin: 'log/1' }],
      faults: [],
    });
  });

  test('beyond the end that was declared shows that more had been signed', () => {
    expect(sorted(head('log', 6, 'x')).faults).toMatchObject([{ fault: 'log-cut', size: 6, ended: 5 }]);
  });

  test.each([
    ['beside the end that was declared', [head('log', 5, 'x')]],
    ['beside another one that was kept', [head('log', 4, 'x'), head('log', 4, 'y')]],
    ['beside that of the trace', [head('log/2', 9, 'x')]],
  ])('of the same size and with another root %s shows two trees of one log', (_, earlier) => {
    expect(sorted(...earlier).faults).toMatchObject([{ fault: 'two-trees' }]);
  });

  test('of a log that nobody names is of another log', () => {
    expect(sorted(head('altro', 3, 'x')).faults).toMatchObject([{ fault: 'other-log', origin: 'altro' }]);
  });
});
