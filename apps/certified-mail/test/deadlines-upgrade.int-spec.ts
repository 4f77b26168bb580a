import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Database } from '@recapito/database';
import { parseInstant } from '@recapito/primitives';
import { freshDatabase } from '@recapito/testing';
import type { FreshDatabase } from '@recapito/testing';
import { earliestDeadline } from '../src/persistence/deadline.store.ts';
import { PrismaClient } from '../src/persistence/generated/client.ts';

const migrations = new URL('../prisma/migrations', import.meta.url).pathname;
const sqlOf = (migration: string) => readFileSync(join(migrations, migration, 'migration.sql'), 'utf8');

const schemaSql = `${sqlOf('20261122045333_create-mail')}
INSERT INTO message VALUES ('m@inpspec.gov.it', '{}', 2, '2014-10-25T18:00:00Z');
INSERT INTO submission VALUES ('m@inpspec.gov.it', 'INPS', 'pec.cittadini@inpspec.gov.it', 'key', 'accepted', '2014-10-25T18:00:00Z');
INSERT INTO recipient VALUES ('m@inpspec.gov.it', 'a@pec.example', 'A', 'dispatched', NULL);
INSERT INTO recipient VALUES ('m@inpspec.gov.it', 'b@pec.example', 'A', 'taken-in-charge', '2014-10-25T18:00:05Z');
INSERT INTO recipient VALUES ('m@inpspec.gov.it', 'c@pec.example', 'A', 'delivered', '2014-10-25T18:00:09Z');`;

let fresh: FreshDatabase;
let database: Database<PrismaClient>;

beforeAll(async () => {
  fresh = await freshDatabase({ app: 'certified-mail', schemaSql });
  database = new Database(PrismaClient, fresh.migratorUrl, { connections: 1, name: 'spec' });
});

afterAll(async () => {
  await database.close();
  await fresh.drop();
});

test('messages that are on their way when deadlines come in have theirs, from the dispatch of their envelope on', async () => {
  for (const statement of sqlOf('20261122110813_add-deadlines')
    .split(/;$/m)
    .filter((each) => each.trim() !== ''))
    await database.client.$executeRawUnsafe(statement);
  const rows = await database.client.recipient.findMany({ orderBy: { address: 'asc' } });
  // The hour that the night repeats moves nothing.
  expect(rows.map(({ deadlineAt }) => deadlineAt?.toISOString() ?? null)).toEqual([
    '2014-10-26T06:00:00.000Z',
    '2014-10-26T17:00:00.000Z',
    null,
  ]);
  expect(await earliestDeadline(database.client)).toBe(parseInstant('2014-10-26T06:00:00Z'));
});
