import { createHash, randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  asAdministrator,
  createAppDatabase,
  dropDatabase,
  root,
  runtimeRoleOf,
  type AppDatabase,
} from '@recapito/servers';
import { Client, escapeIdentifier } from 'pg';
import { servers } from './servers.ts';

/** Brings the database at `url` (in its owner's role) to the last migration of a folder; platform's `migrate` is one. */
export type Migrate = (target: { url: string; folder: string; runtimeRole: string }) => Promise<unknown>;

/**
 * What the database holds: the migrations of an app under `apps/`, or SQL of the spec's own under a name of its own.
 * With SQL the runtime role may do everything with rows.
 */
export type DatabaseContent =
  | { readonly app: string; readonly migrate: Migrate }
  | { readonly app: string; readonly schemaSql: string };

export interface FreshDatabase extends AppDatabase {
  /** Ends it with whoever still uses it. */
  drop(): Promise<void>;
}

/**
 * A database for one spec file: a copy of a template that is made once for each state of the migrations, so that the
 * second spec of an app pays some ten milliseconds instead of a migration.
 */
export async function freshDatabase(content: DatabaseContent): Promise<FreshDatabase> {
  const cluster = servers().postgresUrl;
  const template = await ensureTemplate(cluster, content);
  const name = `recapito_${runtimeRoleOf(content.app)}_${randomBytes(5).toString('hex')}`;
  const database = await createAppDatabase(cluster, { app: content.app, name, template });
  return { ...database, drop: () => dropDatabase(cluster, name) };
}

/** Makes the template unless it is there. Several spec files may ask at once: one makes it, the others wait. */
async function ensureTemplate(cluster: string, content: DatabaseContent): Promise<string> {
  const template = `recapito_${runtimeRoleOf(content.app)}_template_${contentHash(content)}`;
  await asAdministrator(cluster, async (administrator) => {
    await administrator.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
    const { rowCount } = await administrator.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) await makeTemplate(cluster, administrator, template, content);
  });
  return template;
}

/** Under another name until it is whole: a maker that is killed leaves no half template behind. */
async function makeTemplate(
  cluster: string,
  administrator: Client,
  template: string,
  content: DatabaseContent,
): Promise<void> {
  const name = `${template}_unfinished`;
  await dropDatabase(cluster, name);
  const database = await createAppDatabase(cluster, { app: content.app, name });
  await fill(database, content);
  // Nobody may be connected to a template while it is copied.
  await administrator.query(`ALTER DATABASE ${escapeIdentifier(name)} ALLOW_CONNECTIONS false`);
  await administrator.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [name]);
  await administrator.query(`ALTER DATABASE ${escapeIdentifier(name)} RENAME TO ${escapeIdentifier(template)}`);
}

async function fill(database: AppDatabase, content: DatabaseContent): Promise<void> {
  if ('migrate' in content) {
    const folder = migrationsOf(content.app);
    await content.migrate({ url: database.migratorUrl, folder, runtimeRole: database.runtimeRole });
    return;
  }
  const owner = new Client({ connectionString: database.migratorUrl });
  await owner.connect();
  try {
    const role = escapeIdentifier(database.runtimeRole);
    await owner.query(content.schemaSql);
    await owner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`);
    await owner.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
  } finally {
    await owner.end();
  }
}

/** Changes with every byte from which the template is made. */
function contentHash(content: DatabaseContent): string {
  const hash = createHash('sha256');
  if ('schemaSql' in content) hash.update(content.schemaSql);
  else {
    const folder = migrationsOf(content.app);
    for (const file of globSync('**/*.{sql,toml}', { cwd: folder }).sort()) {
      hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
    }
  }
  return hash.digest('hex').slice(0, 12);
}

function migrationsOf(app: string): string {
  return join(root, 'apps', app, 'prisma', 'migrations');
}
