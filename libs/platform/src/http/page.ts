import { z } from 'zod';
import { malformed } from './refusals.ts';

/** The query of a list: `?after=` is the `next` of the page before, `limit` from 1 to 200. */
export const pageQuery = z.object({
  after: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export type PageQuery = z.output<typeof pageQuery>;

/** One page of a list that is read by key, never by offset; `next` is null on the last one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** The schema of a page, for OpenAPI and for callers. */
export function pageOf<Item>(item: z.ZodType<Item>): z.ZodType<Page<Item>> {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/**
 * The key behind `?after=`, checked by `schema`; undefined at the start of the list.
 * @throws Problem `request/malformed` when it is not a key that a page of this list gave out.
 */
export function keyAfter<Key>(query: PageQuery, schema: z.ZodType<Key>): Key | undefined {
  if (query.after === undefined) return undefined;
  const key = schema.safeParse(decoded(query.after));
  if (key.success) return key.data;
  const words = { it: 'non è il seguito di questo elenco', en: 'is not where a page of this list ends' };
  throw malformed([{ at: 'query.after', words }]);
}

function decoded(after: string): unknown {
  try {
    return JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Cuts a page out of rows of which the store was asked for `limit + 1`: the one too many says that more follow. */
export function pageFrom<Row, Item = Row>(
  rows: readonly Row[],
  query: PageQuery,
  keyOf: (row: Row) => unknown,
  itemOf: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const next = rows.length > query.limit && last !== undefined ? JSON.stringify(keyOf(last)) : null;
  return { items: shown.map(itemOf), next: next === null ? null : Buffer.from(next).toString('base64url') };
}
