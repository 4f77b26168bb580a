import { describe, expect, test } from '@jest/globals';
import { breakOf, dueRecords, filingDay, resumeAt } from './continuity.ts';
import type { ReadingPosition, SeenRecord } from './continuity.ts';

const print = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const seen = (offset: number, id = `id-${offset}`, content = id): SeenRecord => ({
  offset,
  id,
  fingerprint: print(content),
});

/** Ten records were read, the last of which said `id-9`. */
const position: ReadingPosition = { generation: 1, next: 10, fingerprint: print('id-9') };

describe('a batch of the partition that was read before', () => {
  test('begins at the position', () => {
    expect(breakOf(position, { records: [seen(10), seen(11)], end: 12 }, new Set())).toBeNull();
  });

  test('may repeat what was ingested', () => {
    const records = [seen(8), seen(9), seen(10)];
    expect(breakOf(position, { records, end: 11 }, new Set(['id-8', 'id-9']))).toBeNull();
  });

  test('may begin after the position, where a compacted topic has lost the records between', () => {
    expect(breakOf(position, { records: [seen(15)], end: 16 }, new Set())).toBeNull();
  });

  test('is one even when nothing was read yet', () => {
    const start = { generation: 1, next: 0, fingerprint: null };
    expect(breakOf(start, { records: [seen(0)], end: 1 }, new Set())).toBeNull();
  });
});

describe('a partition is another one', () => {
  test('when it ends before the position', () => {
    expect(breakOf(position, { records: [seen(0)], end: 9 }, new Set(['id-0']))).toBe('end-below-position');
  });

  test('not when it ends at the position', () => {
    expect(breakOf(position, { records: [], end: 10 }, new Set())).toBeNull();
  });

  test('when the record before the position says something else', () => {
    const records = [seen(9, 'id-3'), seen(10)];
    expect(breakOf(position, { records, end: 11 }, new Set(['id-3']))).toBe('other-record-before-position');
  });

  test('when a record below the position was never ingested', () => {
    expect(breakOf(position, { records: [seen(4, 'new')], end: 11 }, new Set())).toBe('unknown-record-below-position');
  });
});

describe('reading on', () => {
  test('begins at the record before the position, so that its content can be compared', () => {
    expect(resumeAt(position, 0)).toBe(9);
  });

  test('begins at the first record that the broker still has', () => {
    expect(resumeAt(position, 40)).toBe(40);
    expect(resumeAt({ generation: 1, next: 0, fingerprint: null }, 0)).toBe(0);
  });
});

describe('what is to be ingested of a batch', () => {
  test('are the records from the position on, each id once, in their order', () => {
    const records = [seen(9), seen(10), seen(11, 'same'), seen(12, 'same'), seen(13)];
    expect(dueRecords(position, records).map(({ offset }) => offset)).toEqual([10, 11, 13]);
  });
});

describe('an entry is filed', () => {
  test('under the day of its ingest', () => {
    expect(filingDay('2010-08-03', '2010-08-02')).toBe('2010-08-03');
    expect(filingDay('2010-08-03', null)).toBe('2010-08-03');
  });

  test('under the last day again when the clock was put back, so that a day is one run of entries', () => {
    expect(filingDay('2010-08-01', '2010-08-02')).toBe('2010-08-02');
  });
});
