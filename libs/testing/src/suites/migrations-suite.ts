import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Database, migrate, missingMigration } from '@recapito/database';
import type { PrismaClientLike } from '@recapito/database';
import { createAppDatabase, dropDatabase, root } from '@recapito/servers';
import type { AppDatabase } from '@recapito/servers';
import { Client as Connection } from 'pg';
import { namespace } from '../namespace.ts';
import { servers } from '../servers.ts';
import type { ServiceStage } from '../service-stage.ts';

/** What today's code reads in the rows of the oldest database that is kept. */
export interface MigrationsScene<Client extends PrismaClientLike> {
  /** Reads the rows of `prisma/testdata/<migration>.sql` and expects what they say. */
  readonly readBack: (client: Client) => Promise<void>;
}

/**
 * What the migrations of every service promise: they lead forward from nothing and from the oldest database there is,
 * to what the schema says, and leave the role that works its rows and nothing more.
 */
export function migrationsSuite<Client extends PrismaClientLike>(
  { app, clientClass }: Pick<ServiceStage<Client>, 'app' | 'clientClass'>,
  { readBack }: MigrationsScene<Client>,
): void {
  const prisma = join(root, 'apps', app, 'prisma');
  const folder = join(prisma, 'migrations');
  const all = foldersIn(folder);
  const cleanUp: (() => unknown)[] = [];

  async function database(): Promise<AppDatabase> {
    const name = `recapito_${namespace().replace('-', '')}`;
    cleanUp.unshift(() => dropDatabase(servers().postgresUrl, name));
    return createAppDatabase(servers().postgresUrl, { app, name });
  }

  const upTo = (target: AppDatabase, migrations = folder) =>
    migrate({ url: target.migratorUrl, folder: migrations, runtimeRole: target.runtimeRole });

  async function end(): Promise<void> {
    for (const undo of cleanUp.splice(0)) await undo();
  }

  describe(`the migrations of ${app}`, () => {
    afterEach(end);

    test('lead from the oldest database that is kept to today’s, and its rows are read by today’s code', async () => {
      const [file = ''] = readdirSync(join(prisma, 'testdata')).toSorted();
      const oldest = file.replace(/\.sql$/, '');
      expect(all).toContain(oldest);
      const then = mkdtempSync(join(tmpdir(), 'recapito-migrations-'));
      cleanUp.push(() => rmSync(then, { recursive: true }));
      for (const name of all.filter((each) => each <= oldest))
        cpSync(join(folder, name), join(then, name), { recursive: true });
      const target = await database();
      await migrate({ url: target.migratorUrl, folder: then });
      await query(target.migratorUrl, readFileSync(join(prisma, 'testdata', file), 'utf8'));
      expect(await upTo(target)).toEqual(all.filter((each) => each > oldest));
      const today = new Database(clientClass, target.url, { connections: 1 });
      cleanUp.unshift(() => today.close());
      await readBack(today.client);
    });
  });

  describe(`the database of ${app}`, () => {
    let target: AppDatabase;

    beforeAll(async () => {
      target = await database();
      expect(await upTo(target)).toEqual(all);
    });
    afterAll(end);

    test('is made from nothing by all migrations, and a second time there is nothing to do', async () => {
      const before = await shapeOf(target);
      expect(await upTo(target)).toEqual([]);
      expect(await shapeOf(target)).toEqual(before);
    });

    test('is what the schema says: no migration is missing, and none says something else', async () => {
      expect(await missingMigration(prisma)).toBe('');
      const bySchema = await database();
      await query(bySchema.migratorUrl, await wholeSchema());
      const [said, made] = [await shapeOf(bySchema), await shapeOf(target)];
      // What Prisma cannot say (checks, partial indexes, tables by day) migrations add; columns are never theirs alone.
      for (const [table, columns] of Object.entries(said.columns))
        expect({ table, columns: made.columns[table] }).toEqual({ table, columns });
      expect(made.rules).toEqual(expect.arrayContaining(said.rules));
    });

    test('gives the role that works rows, and neither tables nor the memory of migrations', async () => {
      const [role] = await query<Record<string, boolean>>(
        target.migratorUrl,
        `SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AS "isPrivileged",
                has_schema_privilege(rolname, 'public', 'CREATE') AS "makesTables",
                has_database_privilege(rolname, current_database(), 'CREATE, TEMPORARY') AS "makesMore",
                EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid) AS "ownsTables",
                has_table_privilege(rolname, '_prisma_migrations', 'SELECT, INSERT, UPDATE, DELETE') AS "seesMigrations"
         FROM pg_roles WHERE rolname = '${target.runtimeRole}'`,
      );
      expect(Object.entries(role ?? {}).filter(([, may]) => may)).toEqual([]);
      expect(Object.keys(role ?? {})).toHaveLength(5);
      const granted = await query<{ verb: string }>(
        target.migratorUrl,
        `SELECT DISTINCT privilege_type AS verb FROM information_schema.role_table_grants
         WHERE grantee = '${target.runtimeRole}' ORDER BY 1`,
      );
      expect(granted.map(({ verb }) => verb)).toEqual(['DELETE', 'INSERT', 'SELECT', 'UPDATE']);
    });

    /** The SQL of today's schema, as if no migration had ever been written. */
    async function wholeSchema(): Promise<string> {
      const alone = mkdtempSync(join(tmpdir(), 'recapito-schema-'));
      cleanUp.push(() => rmSync(alone, { recursive: true }));
      for (const file of readdirSync(prisma).filter((name) => name.endsWith('.prisma')))
        writeFileSync(join(alone, file), readFileSync(join(prisma, file)));
      return missingMigration(alone);
    }
  });
}

interface Shape {
  /** By table, each column with its type, whether it may be null, and its default. */
  readonly columns: Record<string, string[]>;
  /** Keys and indexes, as PostgreSQL writes them down. */
  readonly rules: string[];
}

/** What a database is made of, migrations' own table apart. */
async function shapeOf({ migratorUrl }: AppDatabase): Promise<Shape> {
  const columns = await query<{ table: string; columns: string[] }>(
    migratorUrl,
    `SELECT attrelid::regclass::text AS table,
            array_agg(format('%s %s %s %s', attname, format_type(atttypid, atttypmod),
                             CASE WHEN attnotnull THEN 'NOT NULL' END, pg_get_expr(adbin, adrelid)) ORDER BY attname) AS columns
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
          LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND attnum > 0
           AND NOT attisdropped AND relname <> '_prisma_migrations'
     GROUP BY attrelid`,
  );
  const rules = await query<{ rule: string }>(
    migratorUrl,
    `SELECT format('%s: %s', conrelid::regclass, pg_get_constraintdef(oid)) AS rule FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'f', 'u')
     UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
     ORDER BY 1`,
  );
  return {
    columns: Object.fromEntries(columns.map((row) => [row.table, row.columns])),
    rules: rules.map(({ rule }) => rule),
  };
}

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const connection = new Connection({ connectionString: url });
  await connection.connect();
  try {
    return (await connection.query<Row>(sql)).rows;
  } finally {
    await connection.end();
  }
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}
