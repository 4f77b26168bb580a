import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { root } from '@recapito/servers';
import type { AppDatabase } from '@recapito/servers';
import type { Ground } from './ground.ts';

const schema = readFileSync(join(root, 'libs', 'messaging', 'prisma', 'messaging.sql'), 'utf8');

/** A database with the tables of messaging and a table of effects: one row for each fact that was heard. */
export async function messagingDatabase(ground: Ground, app: string): Promise<AppDatabase> {
  const database = await ground.database(app);
  const owner = new Client({ connectionString: database.migratorUrl });
  await owner.connect();
  try {
    await owner.query(schema);
    await owner.query('CREATE TABLE effect (id uuid PRIMARY KEY, holder uuid NOT NULL, nth bigint NOT NULL)');
    const role = escapeIdentifier(database.runtimeRole);
    await owner.query(`GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public TO ${role}`);
    await owner.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
  } finally {
    await owner.end();
  }
  return database;
}

/** The statement of the effect, the same for both sides. Parameters: id, holder, nth. */
export const insertEffect = 'INSERT INTO effect (id, holder, nth) VALUES ($1::uuid, $2::uuid, $3::bigint)';
