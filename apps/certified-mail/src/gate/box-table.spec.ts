import { describe, expect, test } from '@jest/globals';
import { derivedId } from '@recapito/primitives';
import * as fc from 'fast-check';
import { BoxTable } from './box-table.ts';

const [h1, h2] = [derivedId('spec-holder', '1'), derivedId('spec-holder', '2')];
const box = { address: 'a@d.example', holder: h1, service: 'cec-pac', state: 'active', epoch: 0, sequence: 2 } as const;

describe('the table of boxes', () => {
  // @rule DIRECTORY-NEWEST
  test('answers what the newest record said, in whatever order records come', () => {
    const records = [1, 2, 3].map(
      (sequence) => ({ ...box, sequence, state: sequence === 3 ? 'read-only' : 'active' }) as const,
    );
    fc.assert(
      fc.property(fc.shuffledSubarray([...records, ...records], { minLength: 6 }), (shuffled) => {
        const table = new BoxTable();
        for (const record of shuffled) table.put(record);
        expect(table.get(box.address)).toEqual({ service: 'cec-pac', state: 'read-only' });
        expect(table.size).toBe(1);
      }),
    );
  });

  // @rule DIRECTORY-NEWEST
  test('a record of a later epoch replaces one of an earlier epoch, whatever their numbers, in either order', () => {
    const before = { ...box, sequence: 9, state: 'active' } as const;
    const after = { ...box, epoch: 1_280_000_000_000, sequence: 3, state: 'read-only' } as const;
    for (const records of [
      [before, after],
      [after, before],
    ]) {
      const table = new BoxTable();
      for (const record of records) table.put(record);
      expect(table.get(box.address)?.state).toBe('read-only');
    }
  });

  test('keeps deleted boxes listed, and does not know others', () => {
    const table = new BoxTable();
    table.put({ ...box, state: 'deleted' });
    expect(table.get(box.address)?.state).toBe('deleted');
    expect(table.get('b@d.example')).toBeUndefined();
    expect(table.belongsTo('b@d.example', h1)).toBe(false);
  });

  test('knows whose a box is', () => {
    const table = new BoxTable();
    table.put(box);
    expect([table.belongsTo(box.address, h1), table.belongsTo(box.address, h2)]).toEqual([true, false]);
    expect([table.holderOf(box.address), table.holderOf('b@d.example')]).toEqual([h1, undefined]);
  });

  test('finds each of 50,000 boxes in at most 100 bytes a box', () => {
    const table = new BoxTable();
    const states = ['active', 'reserved', 'read-only'] as const;
    const at = (n: number) => ({
      address: `n${n}@d.example`,
      holder: derivedId('spec-holder', `${n}`),
      service: `s${n % 5}`,
      state: states[n % 3] ?? 'active',
    });
    for (let n = 0; n < 50_000; n++) table.put({ ...at(n), epoch: 0, sequence: 1 });
    expect(table.size).toBe(50_000);
    expect(table.bytes / table.size).toBeLessThanOrEqual(100);
    for (let n = 0; n < 50_000; n += 997) {
      const { address, holder, service, state } = at(n);
      expect(table.get(address)).toEqual({ service, state });
      expect(table.belongsTo(address, holder)).toBe(true);
    }
  });
});
