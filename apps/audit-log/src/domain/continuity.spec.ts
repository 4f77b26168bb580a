import { describe, expect, test } from '@jest/globals';
import { breakOf, dueRecords, filingDay, resumeAt } from './continuity.ts';
import type { ReadingPosition, SeenRecord } from './continuity.ts';

const print = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const seen = (offset: number, id = `id-${offset}`, content = id): SeenRecord => ({
  offset,
  id,
  fingerprint: print(content),
  wholeFingerprint: () => print(`whole ${content}`),
});

/** Ten records were read, the last of which said `id-9`. */
const position: ReadingPosition = { generation: 1, next: 10, fingerprint: print('id-9') };
const nothingRead: ReadingPosition = { generation: 1, next: 0, fingerprint: null };

const known =
  (...ids: string[]) =>
  ({ id }: SeenRecord): boolean =>
    ids.includes(id);
const ordinary = (from: number, ...records: SeenRecord[]) => ({ from, records, compacted: false });
const compacted = (from: number, ...records: SeenRecord[]) => ({ from, records, compacted: true });

describe('records of the partition that was read before', () => {
  test('begin at the position', () => {
    expect(breakOf(position, ordinary(10, seen(10), seen(11)), known())).toBeNull();
    expect(breakOf(nothingRead, ordinary(0, seen(0)), known())).toBeNull();
  });

  test('may repeat what was ingested', () => {
    expect(breakOf(position, ordinary(8, seen(8), seen(9), seen(10)), known('id-8', 'id-9'))).toBeNull();
  });

  test('may begin after the position, and have gaps, in a compacted topic', () => {
    expect(breakOf(position, compacted(9, seen(15), seen(19)), known())).toBeNull();
  });

  test('are recognised by the fingerprint of the whole record, which earlier releases kept', () => {
    const before = { ...position, fingerprint: print('whole id-9') };
    expect(breakOf(before, ordinary(9, seen(9), seen(10)), known('id-9'))).toBeNull();
  });
});

describe('a partition is another one', () => {
  test('when the record before the position says something else', () => {
    expect(breakOf(position, ordinary(9, seen(9, 'id-3'), seen(10)), known('id-3'))).toBe(
      'other-record-before-position',
    );
  });

  test('when a record below the position was never ingested', () => {
    expect(breakOf(position, ordinary(4, seen(4, 'new')), known())).toBe('unknown-record-below-position');
    expect(breakOf(position, compacted(0, seen(4, 'new')), known())).toBe('unknown-record-below-position');
  });

  test('when the record before the position is gone from a topic that is not compacted', () => {
    expect(breakOf(position, ordinary(9, seen(10)), known())).toBe('last-record-missing');
  });

  test('when offsets are gone from a topic that is not compacted: before the batch, or inside it', () => {
    expect(breakOf(position, ordinary(10, seen(13)), known())).toBe('offsets-skipped');
    expect(breakOf(position, ordinary(9, seen(9), seen(12)), known('id-9'))).toBe('offsets-skipped');
    expect(breakOf(nothingRead, ordinary(0, seen(2)), known())).toBe('offsets-skipped');
  });
});

describe('reading on', () => {
  const at = (from: ReadingPosition, low: number, end: number, more = {}) =>
    resumeAt(from, { low, end }, { compacted: false, whole: false, wasShort: null, ...more });

  test('begins at the record before the position, so that its content can be compared', () => {
    expect(at(position, 0, 10)).toEqual({ offset: 9 });
  });

  test('begins at the position when nothing was read of the generation yet', () => {
    expect(at(nothingRead, 0, 0)).toEqual({ offset: 0 });
    expect(at({ generation: 2, next: 40, fingerprint: null }, 40, 50)).toEqual({ offset: 40 });
  });

  test('begins at the first record of a compacted topic when all is to be compared', () => {
    expect(at(position, 0, 12, { compacted: true, whole: true })).toEqual({ offset: 0 });
    expect(at(position, 0, 12, { compacted: true })).toEqual({ offset: 9 });
  });

  test('is no more possible when the partition begins above the position', () => {
    expect(at(position, 11, 50)).toBe('begins-above-position');
    expect(at(nothingRead, 1, 5)).toBe('begins-above-position');
    expect(at(position, 11, 50, { compacted: true })).toBe('begins-above-position');
  });

  test('is no more possible when the record before the position is gone, except from a compacted topic', () => {
    expect(at(position, 10, 50)).toBe('last-record-missing');
    expect(at(position, 10, 50, { compacted: true })).toEqual({ offset: 10 });
  });

  test('waits for a second look when the partition ends before the position: the first may have been out of date', () => {
    expect(at(position, 0, 9)).toBe('short');
    expect(at(position, 0, 9, { wasShort: 8 })).toBe('short');
    expect(at(position, 0, 9, { wasShort: 10 })).toBe('end-below-position');
  });
});

describe('what is to be ingested of a batch', () => {
  test('are the records from the position on, each once, in their order', () => {
    const records = [seen(9), seen(10), seen(11, 'same'), seen(12, 'same'), seen(13)];
    expect(dueRecords(position, records).map(({ offset }) => offset)).toEqual([10, 11, 13]);
  });

  test('are also those that have the id of another record', () => {
    const records = [seen(10, 'same', 'one'), seen(11, 'same', 'other'), seen(12, 'same', 'one')];
    expect(dueRecords(position, records).map(({ offset }) => offset)).toEqual([10, 11]);
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
