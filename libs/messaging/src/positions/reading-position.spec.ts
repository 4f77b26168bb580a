import { describe, expect, test } from '@jest/globals';
import { continuationOf, resumeAt } from './reading-position.ts';

const fingerprint = Buffer.from('a record');
const read = { generation: 1, next: 10n, fingerprint };
const plain = { compacted: false, wasShort: null };

describe('where a partition is read on', () => {
  test.each([
    ['at the record before the position, to compare it', { low: 0n, end: 12n }, plain, { offset: 9n }],
    ['not at all yet, when it seems to end before the position', { low: 0n, end: 9n }, plain, 'short'],
    [
      'not at all, when a second look finds it as short',
      { low: 0n, end: 9n },
      { ...plain, wasShort: 10n },
      'end-below-position',
    ],
    [
      'not at all yet, when another process read on between the looks',
      { low: 0n, end: 9n },
      { ...plain, wasShort: 9n },
      'short',
    ],
    ['not at all, when it begins above the position', { low: 11n, end: 12n }, plain, 'begins-above-position'],
    ['not at all, when the last record is gone', { low: 10n, end: 12n }, plain, 'last-record-missing'],
    [
      'at the position, when compaction may have removed the last record',
      { low: 10n, end: 12n },
      { ...plain, compacted: true },
      { offset: 10n },
    ],
  ] as const)('%s', (_, bounds, circumstances, expected) => {
    expect(resumeAt(read, bounds, circumstances)).toEqual(expected);
  });

  test('at the first record, when all are to be compared', () => {
    expect(resumeAt(read, { low: 2n, end: 12n }, { ...plain, whole: true })).toEqual({ offset: 2n });
    expect(resumeAt(read, { low: 10n, end: 12n }, { ...plain, whole: true, compacted: true })).toEqual({ offset: 10n });
  });

  test('at the position, when no record was read', () => {
    expect(resumeAt({ next: 0n, fingerprint: null }, { low: 0n, end: 5n }, plain)).toEqual({ offset: 0n });
    expect(resumeAt({ next: 3n, fingerprint: null }, { low: 3n, end: 5n }, plain)).toEqual({ offset: 3n });
  });
});

describe('whether records continue a partition', () => {
  const opened = { generation: 2, next: 10n, fingerprint: null as Uint8Array | null };
  const holds = ({ content }: { content: string }, kept: Uint8Array) => Buffer.from(content).equals(kept);
  const record = (offset: number, content = 'new') => ({ offset: String(offset), content });
  const judge = (from: bigint, records: ReturnType<typeof record>[], compacted = false, at: typeof opened = read) => {
    const { due, cause } = continuationOf(at, { from, records, compacted }, holds);
    return { due: due.map(({ offset }) => offset), cause };
  };

  test('they do behind the record that was read', () => {
    expect(judge(9n, [record(9, 'a record'), record(10), record(11)])).toEqual({ due: ['10', '11'], cause: null });
    expect(judge(10n, [record(10)])).toEqual({ due: ['10'], cause: null });
  });

  test('none does behind another record', () => {
    const cause = 'other-record-before-position';
    expect(judge(9n, [record(9, 'another'), record(10)])).toEqual({ due: [], cause });
    expect(judge(9n, [record(9, 'another'), record(10)], true)).toEqual({ due: [], cause });
  });

  test('those before a gap do', () => {
    expect(judge(10n, [record(10), record(12)])).toEqual({ due: ['10'], cause: 'offsets-skipped' });
    expect(judge(10n, [record(11)])).toEqual({ due: [], cause: 'offsets-skipped' });
  });

  test('the first record of a generation that an operator opened may lie above its position, the second may not', () => {
    expect(judge(10n, [record(12), record(13)], false, opened)).toEqual({ due: ['12', '13'], cause: null });
    expect(judge(10n, [record(12), record(14)], false, opened)).toEqual({ due: ['12'], cause: 'offsets-skipped' });
    expect(judge(10n, [record(12)], false, { ...opened, generation: 1 }).cause).toBe('offsets-skipped');
    expect(judge(10n, [record(12)], false, { ...opened, fingerprint }).cause).toBe('offsets-skipped');
  });

  test('none does where the last record is missing', () => {
    expect(judge(9n, [record(10)])).toEqual({ due: [], cause: 'last-record-missing' });
  });

  test('a compacted topic may have gaps', () => {
    expect(judge(9n, [record(12), record(15)], true)).toEqual({ due: ['12', '15'], cause: null });
  });
});
