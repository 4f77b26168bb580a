import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { readHeaders } from '../domain/leaf.ts';

/** An entry as far as lists show it. */
export interface TracedFact {
  readonly index: number;
  readonly day: string;
  readonly topic: string;
  /** As contracts name it, without the house's prefix; empty when the record has no `ce_type`. */
  readonly type: string;
  /** `ce_time`, by the suite clock. */
  readonly at: Instant | null;
  /** What lay in the topic, as UTF-8. */
  readonly value: string;
}

/** What a statement selects of an entry to show it so. */
export const tracedColumns =
  'entry.index::text AS index, entry.day::text AS day, topic, headers, event_at AS at, value';

export interface TracedRow {
  readonly index: string;
  readonly day: string;
  readonly topic: string;
  readonly headers: Uint8Array;
  readonly at: Date | null;
  readonly value: Uint8Array | null;
}

export function tracedFact({ index, headers, at, value, ...row }: TracedRow): TracedFact {
  return {
    ...row,
    index: Number(index),
    type: typeIn(headers),
    at: at === null ? null : instant(at.getTime()),
    value: value === null ? '' : Buffer.from(value).toString('utf8'),
  };
}

function typeIn(headers: Uint8Array): string {
  const [, type] = readHeaders(headers).find(([name]) => name === 'ce_type') ?? [];
  const name = type ? Buffer.from(type).toString('utf8') : '';
  return name.slice(name.lastIndexOf('.') + 1);
}
