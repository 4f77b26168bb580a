import type { SqlTransaction } from '@recapito/messaging';
import type { Hash } from '../domain/merkle-tree.ts';
import { sameHash } from '../domain/merkle-tree.ts';
import { joinHashes } from '../domain/tiles.ts';

/** A record by its id and by its content. */
export interface IdentifiedRecord {
  readonly id: string;
  readonly fingerprint: Hash;
}

/** The records of a topic that were ingested under some ids. */
class IngestedRecords {
  readonly #fingerprints = new Map<string, (Hash | null)[]>();

  constructor(rows: readonly { readonly id: string; readonly fingerprint: Hash | null }[]) {
    for (const { id, fingerprint } of rows)
      this.#fingerprints.set(id, [...(this.#fingerprints.get(id) ?? []), fingerprint]);
  }

  /** A row of an earlier release has no fingerprint: then the id alone counts. */
  has({ id, fingerprint }: IdentifiedRecord): boolean {
    return this.#fingerprints.get(id)?.some((known) => known === null || sameHash(known, fingerprint)) ?? false;
  }
}

/** What of a topic was ingested under these ids. */
export async function ingestedUnder(
  tx: SqlTransaction,
  topic: string,
  ids: readonly string[],
): Promise<IngestedRecords> {
  if (ids.length === 0) return new IngestedRecords([]);
  return new IngestedRecords(
    await tx.$queryRawUnsafe<{ id: string; fingerprint: Hash | null }[]>(
      `SELECT id::text AS id, fingerprint FROM ingested_id WHERE topic = $1 AND id = ANY ($2::text[]::uuid[])
       UNION ALL SELECT id::text, fingerprint FROM reused_id WHERE topic = $1 AND id = ANY ($2::text[]::uuid[])`,
      topic,
      ids,
    ),
  );
}

/**
 * Remembers the ids of records, each id once. Sorted, so that two transactions never wait in a ring.
 * @returns the ids that were not known before.
 */
export async function rememberIds(
  tx: SqlTransaction,
  topic: string,
  records: readonly IdentifiedRecord[],
): Promise<Set<string>> {
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `INSERT INTO ingested_id (topic, id, fingerprint) ${rowsOfParameters} ON CONFLICT DO NOTHING RETURNING id::text AS id`,
    topic,
    ...parametersOf(records),
  );
  return new Set(rows.map(({ id }) => id));
}

/** Remembers records that have the id of an earlier one. @returns those that were not known before, in their order. */
export async function rememberReused<Identified extends IdentifiedRecord>(
  tx: SqlTransaction,
  topic: string,
  records: readonly Identified[],
): Promise<Identified[]> {
  const rows = await tx.$queryRawUnsafe<IdentifiedRecord[]>(
    `INSERT INTO reused_id (topic, id, fingerprint) ${rowsOfParameters} ON CONFLICT DO NOTHING
     RETURNING id::text AS id, fingerprint`,
    topic,
    ...parametersOf(records),
  );
  const added = new IngestedRecords(rows);
  return records.filter((record) => added.has(record));
}

// All fingerprints are one value: an array of binary values would be sent as text.
const rowsOfParameters = `SELECT $1, each.id::uuid, substring($3::bytea FROM (each.nth::int - 1) * 32 + 1 FOR 32)
  FROM unnest($2::text[]) WITH ORDINALITY AS each (id, nth)`;

function parametersOf(records: readonly IdentifiedRecord[]): [string[], Uint8Array] {
  const sorted = records.toSorted((one, other) => (one.id < other.id ? -1 : Number(one.id > other.id)));
  return [sorted.map(({ id }) => id), joinHashes(sorted.map(({ fingerprint }) => fingerprint))];
}
