import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One migration as it lies in its folder. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** One migration as the database remembers it, in Prisma's `_prisma_migrations`. */
export interface MigrationRow {
  readonly name: string;
  /** SHA-256 of its script when it was applied, in hexadecimal digits. */
  readonly checksum: string;
  readonly finished: boolean;
}

/** How far a database is, against a folder of migrations; names in their order. */
export interface MigrationStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Applied, and changed in the folder since: nobody knows any more what the database holds. */
  readonly edited: readonly string[];
  /** Begun and not ended: a person must look at the database. */
  readonly failed: readonly string[];
  /** Applied, and not in this folder: the database belongs to a newer version, or to another service. */
  readonly unknown: readonly string[];
}

/** The migrations of a folder: one sub-folder each, named `<14 digits>_<what-it-does>`, with its `migration.sql`. */
export function migrationsIn(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, sql: readFileSync(join(folder, name, 'migration.sql'), 'utf8') }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Compares a folder with what the database remembers. */
export function compareHistory(folder: readonly Migration[], rows: readonly MigrationRow[]): MigrationStatus {
  const remembered = new Map(rows.map((row) => [row.name, row]));
  const failed = rows.filter((row) => !row.finished).map((row) => row.name);
  const applied = folder.filter(({ name }) => remembered.get(name)?.finished);
  const names = new Set(folder.map((migration) => migration.name));
  return {
    applied: applied.map((migration) => migration.name),
    pending: folder.filter(({ name }) => !remembered.has(name)).map((migration) => migration.name),
    edited: applied
      .filter(({ name, sql }) => remembered.get(name)?.checksum !== createHash('sha256').update(sql).digest('hex'))
      .map((migration) => migration.name),
    failed,
    unknown: rows.filter(({ name }) => !names.has(name)).map((row) => row.name),
  };
}

/** What a database remembers; nothing when nobody has ever migrated it. */
export async function readHistory(query: (sql: string) => Promise<unknown[]>): Promise<MigrationRow[]> {
  const [table] = (await query(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there`)) as {
    there: boolean;
  }[];
  if (table?.there !== true) return [];
  return (await query(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  )) as MigrationRow[];
}
