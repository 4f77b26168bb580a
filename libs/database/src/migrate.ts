import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { compareHistory, type MigrationStatus, migrationsIn, readHistory } from './migration-history.ts';
import { applyMigrations, withSchemaEngine } from './schema-engine.ts';

export interface MigrateOptions {
  /** The database in its owner's role. */
  readonly url: string;
  /** The service's folder of migrations, `prisma/migrations`. */
  readonly folder: string;
  /** The role in which the service works. It gets what `grants.sql` in the folder says, else the four verbs on every table. */
  readonly runtimeRole?: string;
}

/**
 * Brings a database to the last migration of a folder and grants the runtime role what it needs. Any number of
 * processes may call it at once: one works, the others wait and find nothing to do.
 * @returns the names of the migrations that this call applied.
 * @throws Error when a migration was edited after it was applied, or was left half done: a person must look first.
 * @rule MIGRATE-ONCE
 */
export async function migrate({ url, folder, runtimeRole }: MigrateOptions): Promise<string[]> {
  return await alone(url, async (query) => {
    const { pending, edited, failed } = compareHistory(migrationsIn(folder), await readHistory(query));
    if (edited.length > 0) throw new Error(`applied and edited since: ${edited.join(', ')}`);
    if (failed.length > 0) throw new Error(`left half done, to be resolved by hand: ${failed.join(', ')}`);
    const applied =
      pending.length === 0 ? [] : await withSchemaEngine(url, (engine) => applyMigrations(engine, folder));
    if (runtimeRole !== undefined) await query(grantsFor(folder, runtimeRole));
    return applied;
  });
}

/** How far a database is, without changing it. */
export async function statusOfMigrations({ url, folder }: MigrateOptions): Promise<MigrationStatus> {
  return await connected(url, async (query) => compareHistory(migrationsIn(folder), await readHistory(query)));
}

/** The role that a database address names, as `identity`. */
export function roleOf(url: string): string {
  return decodeURIComponent(new URL(url).username);
}

/** `grants.sql` of the folder with its `:role` filled in, or rows for everybody's ordinary need. */
function grantsFor(folder: string, role: string): string {
  const file = join(folder, 'grants.sql');
  const sql = existsSync(file) ? readFileSync(file, 'utf8') : ordinaryGrants;
  return sql.replaceAll(':role', `"${role.replaceAll('"', '""')}"`);
}

const ordinaryGrants = `
  GRANT USAGE ON SCHEMA public TO :role;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :role;
  GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :role;
  REVOKE ALL ON TABLE _prisma_migrations FROM :role;
`;

/** Any number that all processes of the house agree on. */
const lock = 6109_2010;

type Query = (sql: string) => Promise<unknown[]>;

/** Does work while no other process migrates this database. The lock goes with its connection, whatever happens. */
async function alone<Result>(url: string, work: (query: Query) => Promise<Result>): Promise<Result> {
  return await connected(url, async (query) => {
    await query(`SELECT pg_advisory_lock(${lock})`);
    return await work(query);
  });
}

/** Does work on one connection of its own, closed afterwards and its locks with it. */
async function connected<Result>(url: string, work: (query: Query) => Promise<Result>): Promise<Result> {
  const settings = { connectionString: url, max: 1, application_name: 'recapito-migrate' };
  const adapter = await new PrismaPg(settings).connect();
  const connection = await adapter.underlyingDriver().connect();
  try {
    return await work(async (sql) => (await connection.query<Record<string, unknown>>(sql)).rows);
  } finally {
    connection.release(true);
    await adapter.dispose();
  }
}
