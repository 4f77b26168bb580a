import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { readPaRows } from './pa-index-rows.ts';
import type { FaultyRow, PaRows } from './pa-index-rows.ts';

/** The certified addresses of public bodies. */
export interface PaIndex {
  /**
   * True for an address of the list, whatever its case; a body's ordinary address is none.
   * @rule PA-INDEX-EXACT
   */
  has(address: string): boolean;
  /** How many addresses there are. */
  readonly size: number;
  /** The codes of the bodies that have one. */
  readonly bodies: ReadonlySet<string>;
  /** The addresses of each body, by its code. */
  readonly byBody: ReadonlyMap<string, ReadonlySet<string>>;
  /** Rows that were left out. */
  readonly leftOut: readonly FaultyRow[];
  /** Bodies whose row was left out, with the addresses that they keep from an earlier reading. */
  readonly kept: ReadonlyMap<string, KeptBody>;
}

/** The last addresses of a body that could be read. */
export interface KeptBody {
  readonly addresses: readonly string[];
  /** When its row was last read well, system time. */
  readonly goodAt: Instant;
}

/** What an earlier reading of the list knows of its bodies. */
export interface EarlierReading {
  readonly list: Pick<PaIndex, 'byBody' | 'kept'>;
  /** When the source was last seen to say so, system time. */
  readonly readAt: Instant;
}

export type PaIndexRefusal = Refusal<'pa-index/malformed' | 'pa-index/empty'>;

/** So many faulty rows are left out, or this share of all where that is more; beyond it the list is refused. */
const mostFaulty = { rows: 10, share: 0.01 };

/** How long a body whose row cannot be read keeps its addresses. */
export const keptForMs = 30 * 24 * 3_600_000;

/**
 * Reads a list of public bodies as the index of public bodies (IPA) publishes it: `amministrazioni.txt` and its
 * successor with five pairs `mailN`, `tipo_mailN` in a row, or the list of certified addresses with one pair. Columns
 * are found by name, whatever their case; tabs, semicolons or commas separate them; `null` stands for nothing.
 *
 * A row that cannot be read is left out.
 * A file that is cut off, has other columns, or has more than ten faulty rows and more than one in a hundred is refused:
 * a body that is missing would be refused its mail.
 * Refusals: `pa-index/malformed` (details `line`, `faulty` where there are too many), `pa-index/empty`.
 * @rule PA-INDEX-ROWS PA-INDEX-WHOLE
 */
export function readPaIndex(bytes: Buffer | string): PaIndex | PaIndexRefusal {
  const rows = readPaRows(bytes);
  if ('line' in rows) return malformed(rows.line);
  const { good, faulty } = rows;
  const [first] = faulty;
  if (first !== undefined && faulty.length > mostFaultyOf(rows)) return malformed(first.line, faulty.length);
  const bodies = new Map<string, Set<string>>();
  for (const { body, addresses } of good.filter((row) => row.addresses.length > 0))
    bodies.set(body, new Set([...(bodies.get(body) ?? []), ...addresses]));
  return bodies.size === 0 ? empty() : paIndex(bodies, faulty, new Map());
}

/**
 * The list in which a body whose row was left out has, beside the addresses that could be read, those of its last good row,
 * for thirty days.
 * @param at when it was read, system time
 * @rule PA-INDEX-KEPT
 */
export function withKeptBodies(list: PaIndex, earlier: EarlierReading | null, at: Instant): PaIndex {
  const kept = new Map<string, KeptBody>();
  for (const { body } of list.leftOut) {
    const last = body === null ? undefined : lastOf(body, earlier);
    if (body !== null && last !== undefined && at - last.goodAt < keptForMs) kept.set(body, last);
  }
  if (kept.size === 0) return list;
  const bodies = new Map(list.byBody);
  for (const [body, { addresses }] of kept) bodies.set(body, new Set([...(bodies.get(body) ?? []), ...addresses]));
  return paIndex(bodies, list.leftOut, kept);
}

function lastOf(body: string, earlier: EarlierReading | null): KeptBody | undefined {
  const known = earlier?.list.kept.get(body);
  if (known !== undefined || earlier === null) return known;
  const addresses = earlier.list.byBody.get(body);
  return addresses && { addresses: [...addresses], goodAt: earlier.readAt };
}

function paIndex(
  byBody: ReadonlyMap<string, ReadonlySet<string>>,
  leftOut: readonly FaultyRow[],
  kept: ReadonlyMap<string, KeptBody>,
): PaIndex {
  const addresses = new Set([...byBody.values()].flatMap((each) => [...each]));
  return {
    has: (address) => addresses.has(address.toLowerCase()),
    size: addresses.size,
    bodies: new Set(byBody.keys()),
    byBody,
    leftOut,
    kept,
  };
}

function mostFaultyOf({ good, faulty }: PaRows): number {
  return Math.max(mostFaulty.rows, (good.length + faulty.length) * mostFaulty.share);
}

function malformed(line: number, faulty?: number): Refusal<'pa-index/malformed'> {
  const words = {
    it: `L’elenco delle pubbliche amministrazioni non è leggibile alla riga ${line}.`,
    en: `Line ${line} of the list of public bodies cannot be read.`,
  };
  return refuse('pa-index/malformed', 'PA-INDEX-WHOLE', words, { line, ...(faulty !== undefined && { faulty }) });
}

function empty(): Refusal<'pa-index/empty'> {
  return refuse('pa-index/empty', 'PA-INDEX-WHOLE', {
    it: 'L’elenco delle pubbliche amministrazioni non contiene indirizzi certificati.',
    en: 'The list of public bodies holds no certified address.',
  });
}
