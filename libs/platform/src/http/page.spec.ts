import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { z } from 'zod';
import { keyAfter, pageFrom, type PageQuery, pageQuery } from './page.ts';
import { Problem } from './problem.ts';

const key = z.object({ name: z.string() });

/** A store of names in order, as a table read by key would give them. */
function stored(names: readonly string[], query: PageQuery) {
  const after = keyAfter(query, key)?.name;
  const rows = names.filter((name) => after === undefined || name > after).slice(0, query.limit + 1);
  return pageFrom(
    rows,
    query,
    (name) => ({ name }),
    (name) => name,
  );
}

// @rule LIST-CURSOR
describe('a list read page by page', () => {
  test('gives every item once and in order, whatever the size of a page', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (items, limit) => {
        const names = [...items].sort();
        const seen: string[] = [];
        let after: string | null = null;
        do {
          const page: { items: readonly string[]; next: string | null } = stored(names, {
            limit,
            ...(after && { after }),
          });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items);
          after = page.next;
        } while (after !== null);
        expect(seen).toEqual(names);
      }),
    );
  });

  test('has fifty items a page unless told otherwise, and never more than two hundred', () => {
    expect(pageQuery.parse({})).toEqual({ limit: 50 });
    expect(pageQuery.safeParse({ limit: '201' }).success).toBe(false);
  });

  test('goes on with the filters of the page before alone, in whatever order they come', () => {
    const first = { limit: 1, state: 'active', domain: 'pec.example' };
    const { next } = pageFrom(
      ['anna', 'bruno'],
      first,
      (name) => ({ name }),
      (name) => name,
    );
    const after = next ?? '';
    expect(keyAfter({ limit: 200, domain: 'pec.example', after, state: 'active' } as PageQuery, key)).toEqual({
      name: 'anna',
    });
    const refusalOf = (query: PageQuery) => {
      try {
        keyAfter(query, key);
      } catch (error) {
        return error instanceof Problem ? error.document('en').faults?.[0]?.message : error;
      }
      return 'taken';
    };
    const words = 'is where a page with other filters ends: begin again at the first page';
    expect(refusalOf({ limit: 1, after })).toBe(words);
    expect(refusalOf({ ...first, state: 'closed', after } as PageQuery)).toBe(words);
  });

  test.each([
    'nonsense',
    Buffer.from('{"other":1}').toString('base64url'),
    Buffer.from('["",{"other":1}]').toString('base64url'),
    Buffer.from('null').toString('base64url'),
    '\u202e',
  ])('refuses to go on after "%s"', (after) => {
    expect(() => keyAfter({ after, limit: 5 }, key)).toThrow(Problem);
  });
});
