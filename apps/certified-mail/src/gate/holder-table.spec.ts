import { describe, expect, test } from '@jest/globals';
import { derivedId } from '@recapito/primitives';
import { HolderTable } from './holder-table.ts';

describe('the table of holders', () => {
  test('finds each of 20,000 holders with what was put last', () => {
    const table = new HolderTable();
    const key = (nth: number) => derivedId('spec-holder', String(nth));
    for (let nth = 0; nth < 20_000; nth += 1)
      table.put(key(nth), { partition: nth % 12, epoch: 0, number: 1, boxes: 1 });
    for (let nth = 0; nth < 20_000; nth += 2)
      table.put(key(nth), { partition: nth % 12, epoch: 1_283_428_800_000, number: nth, boxes: 2 });
    expect(table.size).toBe(20_000);
    for (let nth = 0; nth < 20_000; nth += 997)
      expect(table.get(key(nth))).toEqual(
        nth % 2 === 0
          ? { partition: nth % 12, epoch: 1_283_428_800_000, number: nth, boxes: 2 }
          : { partition: nth % 12, epoch: 0, number: 1, boxes: 1 },
      );
    expect(table.get(derivedId('spec-holder', 'nobody'))).toBeUndefined();
  });

  test('takes no key that is no id', () => {
    expect(() => new HolderTable().put('anna', { partition: 0, epoch: 0, number: 1, boxes: 1 })).toThrow(RangeError);
  });
});
