import { describe, expect, test } from '@jest/globals';
import { breakOf, dueRecords, filingDay, resumeAt } from './continuity.ts';
import type { ReadingPosition, SeenRecord } from './continuity.ts';

const print = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const seen = (offset: number, id = `id-${offset}`, content = id): SeenRecord => ({
  offset,
  id,
  fingerprint: () => print(content),
});

/** Ten records were read, the last of which said `id-9`. */
const position: ReadingPosition = { generation: 1, next: 10, fingerprint: print('id-9') };

describe('records of the partition that was read before', () => {
  test('begin at the position', () => {
    expect(breakOf(position, [seen(10), seen(11)], new Set())).toBeNull();
  });

  test('may repeat what was ingested', () => {
    expect(breakOf(position, [seen(8), seen(9), seen(10)], new Set(['id-8', 'id-9']))).toBeNull();
  });

  test('may begin after the position, where a compacted topic has lost those between', () => {
    expect(breakOf(position, [seen(15)], new Set())).toBeNull();
  });

  test('are so even when nothing was read yet', () => {
    expect(breakOf({ generation: 1, next: 0, fingerprint: null }, [seen(0)], new Set())).toBeNull();
  });
});

describe('a partition is another one', () => {
  test('when the record before the position says something else', () => {
    const known = new Set(['id-3']);
    expect(breakOf(position, [seen(9, 'id-3'), seen(10)], known)).toBe('other-record-before-position');
  });

  test('when a record below the position was never ingested', () => {
    expect(breakOf(position, [seen(4, 'new')], new Set())).toBe('unknown-record-below-position');
  });
});

describe('reading on', () => {
  test('begins at the record before the position, so that its content can be compared', () => {
    expect(resumeAt(position, { low: 0, end: 10 }, null)).toEqual({ offset: 9 });
  });

  test('begins at the first record that the broker still has', () => {
    expect(resumeAt(position, { low: 40, end: 50 }, null)).toEqual({ offset: 40 });
    expect(resumeAt({ generation: 1, next: 0, fingerprint: null }, { low: 0, end: 0 }, null)).toEqual({ offset: 0 });
  });

  test('waits for a second look when the partition ends before the position: the first may have been out of date', () => {
    expect(resumeAt(position, { low: 0, end: 9 }, null)).toBe('short');
    expect(resumeAt(position, { low: 0, end: 9 }, 8)).toBe('short');
    expect(resumeAt(position, { low: 0, end: 9 }, 10)).toBe('end-below-position');
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
