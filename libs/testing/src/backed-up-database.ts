import { randomBytes } from 'node:crypto';
import { asAdministrator, createAppDatabase, dropDatabase } from '@recapito/servers';
import type { AppDatabase } from '@recapito/servers';
import { servers } from './servers.ts';

/** A copy of a database, as a backup has it. */
export interface BackedUpDatabase {
  /** Puts the database back to the copy, alone, with everything else ahead of it. Whoever uses it is cut off. */
  putBack(): Promise<void>;
  drop(): Promise<void>;
}

/** Copies the database of an app as it is now. Whoever uses it is cut off. */
export async function backUpDatabase(app: string, { name }: Pick<AppDatabase, 'name'>): Promise<BackedUpDatabase> {
  const cluster = servers().postgresUrl;
  const copy = `${name}_kept_${randomBytes(3).toString('hex')}`;
  await asAdministrator(cluster, (administrator) =>
    administrator.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [name]),
  );
  await createAppDatabase(cluster, { app, name: copy, template: name });
  return {
    async putBack() {
      await dropDatabase(cluster, name);
      await createAppDatabase(cluster, { app, name, template: copy });
    },
    drop: () => dropDatabase(cluster, copy),
  };
}
