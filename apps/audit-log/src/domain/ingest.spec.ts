import { describe, expect, test } from '@jest/globals';
import { filingDay, withoutRepetitions } from './ingest.ts';
import type { SeenRecord } from './ingest.ts';

const seen = (offset: number, id: string, content = id): SeenRecord => ({
  offset,
  id,
  fingerprint: new Uint8Array(Buffer.from(content)),
});
const kept = (...records: SeenRecord[]) => withoutRepetitions(records).map(({ offset }) => offset);

describe('records of a batch are ingested', () => {
  test('each once, in their order', () => {
    expect(kept(seen(10, 'first'), seen(11, 'same'), seen(12, 'same'), seen(13, 'last'))).toEqual([10, 11, 13]);
  });

  test('also when they have the id of another record', () => {
    expect(kept(seen(10, 'same', 'one'), seen(11, 'same', 'other'), seen(12, 'same', 'one'))).toEqual([10, 11]);
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
