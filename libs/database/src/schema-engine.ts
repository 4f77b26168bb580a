import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import { leavingNoTimers } from './idle-timers.ts';
import { migrationsIn } from './migration-history.ts';
import { noDatabase } from './no-database.ts';

const filters = { externalTables: [], externalEnums: [] };

/** Prisma's schema engine in WebAssembly on one database; without an address it can only compare schemas. */
export async function withSchemaEngine<Result>(
  url: string | undefined,
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  const pools = url === undefined ? undefined : new EndedPools({ connectionString: url, max: 1 });
  const factory = bindMigrationAwareSqlAdapterFactory(pools ?? noDatabase);
  // Five megabytes to compile: loaded only where there is something to migrate.
  const { SchemaEngine: Engine } = await import('@prisma/schema-engine-wasm');
  // The engine waits ten seconds for a lock of its own and goes on waiting when it has it.
  return await leavingNoTimers(async () => {
    const engine = await Engine.new({ datamodels: undefined }, () => undefined, factory);
    try {
      return await work(engine);
    } finally {
      engine.free();
      await pools?.end();
    }
  });
}

/** The engine opens pools and ends none: left alone, their idle connections would stay for ten seconds more. */
class EndedPools extends PrismaPg {
  readonly #opened: Awaited<ReturnType<PrismaPg['connect']>>[] = [];

  override async connect(): ReturnType<PrismaPg['connect']> {
    const opened = await super.connect();
    this.#opened.push(opened);
    return opened;
  }

  async end(): Promise<void> {
    for (const opened of this.#opened) await opened.dispose();
  }
}

/** Applies what the folder has and the database has not; returns the names of what it applied. */
export async function applyMigrations(engine: SchemaEngine, folder: string): Promise<string[]> {
  const applied = await engine.applyMigrations({ migrationsList: listOf(folder), filters });
  return applied.appliedMigrationNames;
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
