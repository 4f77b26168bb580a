import type { TraceRecord } from './leaf.ts';

/** An entry as it is disclosed: the record and the salt, together, or neither. */
export interface TraceEntry {
  readonly index: number;
  readonly day: string;
  readonly salt: Uint8Array;
  readonly record: TraceRecord;
}

/** What a person or a program is shown of an entry; bytes are in base64. */
export interface DisclosedEntry {
  readonly index: number;
  readonly salt: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly headers: readonly (readonly [string, string | null])[];
  readonly value: string | null;
}

/** Field by field, in the one order that exports know. */
export function disclosed({ index, salt, record }: TraceEntry): DisclosedEntry {
  return {
    index,
    salt: base64(salt),
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    key: record.key && base64(record.key),
    headers: record.headers.map(([name, value]) => [name, value && base64(value)] as const),
    value: record.value && base64(record.value),
  };
}

/**
 * The one way to write an entry in `entries/<day>.ndjson`: JSON without spaces, fields in order, `\n` at the end.
 * A verifier that takes the line apart and writes it again must get the same bytes.
 */
export function traceLine(entry: TraceEntry): string {
  return `${JSON.stringify(disclosed(entry))}\n`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
