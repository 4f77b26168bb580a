import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Problem } from './problem.ts';
import { malformed } from './refusals.ts';

/** The query of a list: `?after=` is the `next` of the page before, `limit` from 1 to 200; a list adds its filters. */
export const pageQuery = z.object({
  after: z.string().max(2_048).optional(),
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
 * The key behind `?after=`, checked by `schema`; undefined at the start of the list. It is good for the filters alone with
 * which the page before was asked for.
 * @throws Problem `request/malformed` when it is not a key that a page of this list, with these filters, gave out.
 * @rule LIST-CURSOR
 */
export function keyAfter<Key>(query: PageQuery, schema: z.ZodType<Key>): Key | undefined {
  if (query.after === undefined) return undefined;
  const read = cursor.safeParse(decoded(query.after));
  const key = read.success ? schema.safeParse(read.data[1]) : undefined;
  if (!read.success || key?.success !== true) throw notOfThisList();
  if (read.data[0] !== markOf(query)) throw notOfTheseFilters();
  return key.data;
}

/** What `next` holds: the mark of the filters, and the key of the last row. */
const cursor = z.tuple([z.string(), z.unknown()]);

/** Cuts a page out of rows of which the store was asked for `limit + 1`: the one too many says that more follow. */
export function pageFrom<Row, Item = Row>(
  rows: readonly Row[],
  query: PageQuery,
  keyOf: (row: Row) => unknown,
  itemOf: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const next = rows.length > query.limit && last !== undefined ? encoded([markOf(query), keyOf(last)]) : null;
  return { items: shown.map(itemOf), next };
}

/** A short hash of the filters of a query: all of it but where and how long the page is. */
function markOf(query: PageQuery): string {
  const { after: _, limit: __, ...filters } = query;
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  const sorted = given.toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted, plain)).digest('base64url').slice(0, 8);
}

/** What JSON has no number for, as text. */
function plain(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function encoded(value: z.output<typeof cursor>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decoded(after: string): unknown {
  try {
    return JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function notOfThisList(): Problem {
  const words = { it: 'non è il seguito di questo elenco', en: 'is not where a page of this list ends' };
  return malformed([{ at: 'query.after', words }]);
}

function notOfTheseFilters(): Problem {
  const words = {
    it: 'è il seguito di un elenco con altri filtri: ricominciare dalla prima pagina',
    en: 'is where a page with other filters ends: begin again at the first page',
  };
  return malformed([{ at: 'query.after', words }]);
}
