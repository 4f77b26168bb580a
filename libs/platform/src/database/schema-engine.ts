import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { SchemaEngine } from '@prisma/schema-engine-wasm';
import { noDatabase } from './no-database.ts';

const filters = { externalTables: [], externalEnums: [] };

/** One migration as it lies in its folder, in the order of the names. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** The migrations of a folder: one sub-folder each, named `<14 digits>_<what-it-does>`, with its `migration.sql`. */
export function migrationsIn(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, sql: readFileSync(join(folder, name, 'migration.sql'), 'utf8') }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** How far a database is, against a folder of migrations. */
export interface MigrationStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Applied, and changed in the folder since: nobody knows any more what the database holds. */
  readonly edited: readonly string[];
  /** Begun and not ended: a person must look at the database. */
  readonly failed: readonly string[];
}

/** Prisma's schema engine in WebAssembly on one database; without an address it can only compare schemas. */
export async function withSchemaEngine<Result>(
  url: string | undefined,
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  const database = url === undefined ? noDatabase : new PrismaPg({ connectionString: url, max: 1 });
  const factory = bindMigrationAwareSqlAdapterFactory(database);
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => undefined, factory);
  try {
    return await work(engine);
  } finally {
    engine.free();
  }
}

/** Applies what the folder has and the database has not; returns the names of what it applied. */
export async function applyMigrations(engine: SchemaEngine, folder: string): Promise<string[]> {
  const applied = await engine.applyMigrations({ migrationsList: listOf(folder), filters });
  return applied.appliedMigrationNames;
}

/** Compares the folder with what the database says it holds. */
export async function migrationStatus(engine: SchemaEngine, folder: string): Promise<MigrationStatus> {
  const names = migrationsIn(folder).map((migration) => migration.name);
  const found = await engine.diagnoseMigrationHistory({
    migrationsList: listOf(folder),
    filters,
    optInToShadowDatabase: false,
  });
  const { history, editedMigrationNames: edited, failedMigrationNames: failed, hasMigrationsTable } = found;
  const unapplied = history !== null && 'unappliedMigrationNames' in history ? history.unappliedMigrationNames : [];
  const missing = hasMigrationsTable ? unapplied : names;
  const pending = names.filter((name) => missing.includes(name));
  return {
    applied: names.filter((name) => !missing.includes(name) && !failed.includes(name)),
    pending,
    edited,
    failed,
  };
}

/** One file of a Prisma schema. */
export interface SchemaFile {
  readonly path: string;
  readonly content: string;
}

/** The SQL that leads from one schema to another, by the engine alone; empty when there is nothing to do. */
export async function difference(engine: SchemaEngine, from: SchemaFile[], to: SchemaFile[]): Promise<string> {
  const found = await engine.diff({
    from: from.length === 0 ? { tag: 'empty' } : { tag: 'schemaDatamodel', files: from },
    to: { tag: 'schemaDatamodel', files: to },
    script: true,
    exitCode: true,
    filters,
  });
  return found.exitCode === 0 ? '' : (found.stdout ?? '');
}

function listOf(folder: string) {
  return {
    baseDir: folder,
    shadowDbInitScript: '',
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    migrationDirectories: migrationsIn(folder).map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
    })),
  };
}
