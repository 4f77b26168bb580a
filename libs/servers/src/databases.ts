// One cluster, a database for each app, two roles each: the owner migrates, the other works.
import { createHmac } from 'node:crypto';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';

/** An app's database from its two sides. */
export interface AppDatabase {
  readonly name: string;
  /** In the role that works: rows, no tables. */
  readonly url: string;
  /** In the role that owns the database and changes its tables. */
  readonly migratorUrl: string;
  readonly runtimeRole: string;
}

/** The runtime role of an app, `certified_mail` for certified-mail; its owner role is `certified_mail_owner`. */
export function runtimeRoleOf(app: string): string {
  return app.replaceAll('-', '_');
}

function ownerRoleOf(app: string): string {
  return `${runtimeRoleOf(app)}_owner`;
}

/**
 * Makes an app's database, a copy of `template` when one is named, and its roles where they are missing.
 * @param cluster the address of the cluster in a role that may create databases and roles
 */
export async function createAppDatabase(
  cluster: string,
  { app, name = databaseOf(app), template }: { app: string; name?: string; template?: string },
): Promise<AppDatabase> {
  await asAdministrator(cluster, async (administrator) => {
    await ensureRoles(administrator, cluster, app);
    await makeDatabase(administrator, { app, name, ...(template !== undefined && { template }) });
  });
  return appDatabase(cluster, app, name);
}

/** Makes an app's database and its roles unless they are there; one caller at a time for one app. */
export async function ensureAppDatabase(cluster: string, app: string): Promise<AppDatabase> {
  const database = appDatabase(cluster, app);
  await asAdministrator(cluster, async (administrator) => {
    await ensureRoles(administrator, cluster, app);
    const { rowCount } = await administrator.query('SELECT FROM pg_database WHERE datname = $1', [database.name]);
    if (rowCount === 0) await makeDatabase(administrator, { app, name: database.name });
    // Again, for a maker that was interrupted before it came to them.
    else await grantConnection(administrator, { app, name: database.name });
  });
  return database;
}

async function makeDatabase(
  administrator: Client,
  { app, name, template }: { app: string; name: string; template?: string },
): Promise<void> {
  const copy = template === undefined ? '' : `TEMPLATE ${escapeIdentifier(template)}`;
  const owner = escapeIdentifier(ownerRoleOf(app));
  await administrator.query(`CREATE DATABASE ${escapeIdentifier(name)} OWNER ${owner} ${copy}`);
  await grantConnection(administrator, { app, name });
}

async function grantConnection(administrator: Client, { app, name }: { app: string; name: string }): Promise<void> {
  const database = escapeIdentifier(name);
  await administrator.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  await administrator.query(`GRANT CONNECT ON DATABASE ${database} TO ${escapeIdentifier(runtimeRoleOf(app))}`);
}

/** Ends whoever still uses the database, and the database. */
export async function dropDatabase(cluster: string, name: string): Promise<void> {
  await asAdministrator(cluster, async (administrator) => {
    await administrator.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
  });
}

/** Work on the cluster itself, on one connection of its own. */
export async function asAdministrator<T>(cluster: string, work: (administrator: Client) => Promise<T>): Promise<T> {
  const administrator = new Client({ connectionString: cluster, application_name: 'recapito-administrator' });
  await administrator.connect();
  try {
    return await work(administrator);
  } finally {
    await administrator.end();
  }
}

/** Roles belong to the whole cluster and several processes may ask for the same ones: one at a time looks and makes. */
async function ensureRoles(administrator: Client, cluster: string, app: string): Promise<void> {
  await administrator.query('BEGIN');
  await administrator.query(`SELECT pg_advisory_xact_lock(hashtext('recapito-roles'))`);
  for (const role of [ownerRoleOf(app), runtimeRoleOf(app)]) {
    const { rowCount } = await administrator.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    const password = escapeLiteral(passwordOf(cluster, role));
    if (rowCount === 0) await administrator.query(`CREATE ROLE ${escapeIdentifier(role)} LOGIN PASSWORD ${password}`);
  }
  await administrator.query('COMMIT');
}

/** The name of an app's database. */
export function databaseOf(app: string): string {
  return `recapito_${runtimeRoleOf(app)}`;
}

/** The addresses of an app's database on a cluster, whether it is there already or not. */
export function appDatabase(cluster: string, app: string, name: string = databaseOf(app)): AppDatabase {
  const addressAs = (role: string): string => {
    const address = new URL(cluster);
    address.username = role;
    address.password = passwordOf(cluster, role);
    address.pathname = `/${name}`;
    return address.href;
  };
  return {
    name,
    url: addressAs(runtimeRoleOf(app)),
    migratorUrl: addressAs(ownerRoleOf(app)),
    runtimeRole: runtimeRoleOf(app),
  };
}

/** Nobody has to keep or hand over the roles' passwords: they follow from the administrator's. */
function passwordOf(cluster: string, role: string): string {
  return createHmac('sha256', new URL(cluster).password).update(role).digest('base64url');
}
