import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { difference, type SchemaFile, withSchemaEngine } from './schema-engine.ts';

/**
 * The schema as it was when the last migration was written; it is committed with the migrations. Its name does not end
 * in .prisma, or prisma generate would read it as part of the schema.
 */
const snapshotFile = 'schema.snapshot';

/** The SQL that leads from the last migration to the schema in `prismaFolder` (its *.prisma files); empty when none is missing. */
export async function missingMigration(prismaFolder: string): Promise<string> {
  const snapshot = join(prismaFolder, 'migrations', snapshotFile);
  const before = existsSync(snapshot) ? [{ path: snapshotFile, content: readFileSync(snapshot, 'utf8') }] : [];
  return await withSchemaEngine(undefined, (engine) => difference(engine, before, schemaIn(prismaFolder)));
}

/**
 * Writes the next migration of a service and the snapshot that belongs to it.
 * @param name what it does, in kebab-case, as `create-holders`.
 * @returns the migration's folder, or undefined when the schema has not changed.
 */
export async function planMigration(prismaFolder: string, name: string, now: Date): Promise<string | undefined> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw new Error(`"${name}" is not a name in kebab-case`);
  const sql = await missingMigration(prismaFolder);
  if (sql === '') return undefined;
  const stamp = now.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const folder = join(prismaFolder, 'migrations', `${stamp}_${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'migration.sql'), sql);
  const whole = schemaIn(prismaFolder).map((file) => file.content);
  writeFileSync(join(prismaFolder, 'migrations', snapshotFile), whole.join('\n'));
  return folder;
}

function schemaIn(prismaFolder: string): SchemaFile[] {
  return readdirSync(prismaFolder)
    .filter((name) => name.endsWith('.prisma'))
    .sort()
    .map((name) => ({ path: name, content: readFileSync(join(prismaFolder, name), 'utf8') }));
}
