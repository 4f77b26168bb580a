// Gives every service its database: made with its two roles where it is missing, brought to the last migration, and the
// role that works granted what it needs. The services themselves never hold the role that owns tables.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '@recapito/database';
import { readConfig } from '@recapito/platform';
import { z } from 'zod';
import { ensureAppDatabase } from '@recapito/servers/preparations';

const help = `prepare-databases [--apps DIR]

  --apps DIR             the services, each with its migrations under prisma/ (apps)

RECAPITO_CLUSTER_URL   PostgreSQL in a role that may create databases and roles; or RECAPITO_CLUSTER_URL_FILE, the file that
                       holds it
RECAPITO_DATABASE_CA_FILE   the authorities that may have signed what PostgreSQL shows; in the clear when left out`;

const { values } = parseArgs({
  options: { apps: { type: 'string', default: 'apps' }, help: { type: 'boolean', default: false } },
});

async function prepareDatabases(cluster: string, apps: string): Promise<void> {
  for (const app of readdirSync(apps).sort()) {
    const folder = join(apps, app, 'prisma', 'migrations');
    if (!existsSync(folder)) continue;
    const { migratorUrl, runtimeRole } = await ensureAppDatabase(cluster, app);
    const applied = await migrate({ url: migratorUrl, folder, runtimeRole });
    console.log(`${app}: ${applied.length === 0 ? 'nothing to apply' : `applied ${applied.join(', ')}`}`);
  }
}

const settings = z.object({
  clusterUrl: z.url({ protocol: /^postgres(ql)?$/ }),
  databaseCaFile: z.string().min(1).optional(),
});

if (values.help) console.log(help);
else {
  const { clusterUrl } = readConfig(settings, process.env);
  await prepareDatabases(clusterUrl, values.apps);
  // A pool that is let go keeps its connections for ten seconds more; nothing is left to wait for.
  process.exit();
}
