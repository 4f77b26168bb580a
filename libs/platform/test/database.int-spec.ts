import { mkdtempSync, rmSync, writeFileSync, mkdirSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FreshDatabase, freshDatabase } from '@recapito/testing';
import { Client } from 'pg';
import {
  Database,
  isDatabaseAway,
  migrate,
  missingMigration,
  planMigration,
  statusOfMigrations,
} from '@recapito/database';
import { parcelClient, type ParcelClient } from './parcels/parcel-client.ts';
import { planned } from './parcels/service.ts';

let folder: string;
const databases: FreshDatabase[] = [];

beforeAll(async () => {
  folder = fileURLToPath(await planned());
});

afterAll(async () => {
  for (const database of databases) await database.drop();
  rmSync(join(folder, '..'), { recursive: true });
});

async function emptyDatabase(): Promise<FreshDatabase> {
  const database = await freshDatabase({ app: 'parcels', schemaSql: 'SELECT 1' });
  databases.push(database);
  return database;
}

async function asRole<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('migrations', () => {
  // @rule MIGRATE-ONCE
  test('asked for by three at once are applied once', async () => {
    const { migratorUrl: url, runtimeRole } = await emptyDatabase();
    const three = await Promise.all([1, 2, 3].map(() => migrate({ url, folder, runtimeRole })));
    expect(three.filter((applied) => applied.length === 1)).toHaveLength(1);
    expect(three.flat()).toEqual(['20261122000000_create-parcels']);
    expect(await statusOfMigrations({ url, folder })).toEqual({
      applied: ['20261122000000_create-parcels'],
      pending: [],
      edited: [],
      failed: [],
      unknown: [],
    });
  });

  test('leave the runtime role the rows and not the tables', async () => {
    const { migratorUrl, url, runtimeRole } = await emptyDatabase();
    await migrate({ url: migratorUrl, folder, runtimeRole });
    await asRole(url, async (client) => {
      await client.query(`INSERT INTO parcel VALUES (gen_random_uuid(), 'books', 3)`);
      await client.query(
        `INSERT INTO outbox (topic, key, type, version, sequence, time, traceparent, value) VALUES ('t', 'k', 'x', 1, 1, now(), '', '')`,
      );
      await expect(client.query('DROP TABLE parcel')).rejects.toThrow('must be owner');
      await expect(client.query('CREATE TABLE mine ()')).rejects.toThrow('permission denied');
      await expect(client.query('SELECT * FROM _prisma_migrations')).rejects.toThrow('permission denied');
    });
  });

  test('grant what the folder’s own grants.sql says, where there is one', async () => {
    const { migratorUrl, url, runtimeRole } = await emptyDatabase();
    await asRole(migratorUrl, (owner) =>
      owner.query(`ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM "${runtimeRole}"`),
    );
    const own = fileURLToPath(await planned());
    writeFileSync(join(own, 'grants.sql'), 'GRANT USAGE ON SCHEMA public TO :role; GRANT INSERT ON parcel TO :role;');
    await migrate({ url: migratorUrl, folder: own, runtimeRole });
    rmSync(join(own, '..'), { recursive: true });
    await asRole(url, async (client) => {
      await client.query(`INSERT INTO parcel VALUES (gen_random_uuid(), 'books', 3)`);
      await expect(client.query('DELETE FROM parcel')).rejects.toThrow('permission denied');
    });
  });

  test('that were edited after they were applied stop everything', async () => {
    const { migratorUrl: url } = await emptyDatabase();
    const own = fileURLToPath(await planned());
    await migrate({ url, folder: own });
    appendFileSync(join(own, '20261122000000_create-parcels', 'migration.sql'), '-- harmless\n');
    await expect(migrate({ url, folder: own })).rejects.toThrow(
      'applied and edited since: 20261122000000_create-parcels',
    );
    rmSync(join(own, '..'), { recursive: true });
  });

  test('that break are found half done and nobody goes on', async () => {
    const { migratorUrl: url } = await emptyDatabase();
    const broken = mkdtempSync(join(tmpdir(), 'recapito-broken-'));
    mkdirSync(join(broken, '20260101000000_break'));
    writeFileSync(
      join(broken, '20260101000000_break', 'migration.sql'),
      'CREATE TABLE one (id int REFERENCES nowhere (id));\n',
    );
    await expect(migrate({ url, folder: broken })).rejects.toThrow();
    await expect(migrate({ url, folder: broken })).rejects.toThrow('left half done');
    rmSync(broken, { recursive: true });
  });

  test('are written from what the schema has and the last one had not', async () => {
    const prisma = join(folder, '..');
    expect(await missingMigration(prisma)).toBe('');
    expect(await planMigration(prisma, 'nothing-new', new Date('2026-12-01T00:00:00Z'))).toBeUndefined();
    const scratch = fileURLToPath(await planned());
    appendFileSync(join(scratch, '..', 'schema.prisma'), '\nmodel Shelf {\n  id Int @id\n\n  @@map("shelf")\n}\n');
    expect(await missingMigration(join(scratch, '..'))).toContain('CREATE TABLE "shelf"');
    const written = await planMigration(join(scratch, '..'), 'add-shelves', new Date('2026-12-01T08:30:00Z'));
    expect(written).toContain('20261201083000_add-shelves');
    expect(await missingMigration(join(scratch, '..'))).toBe('');
    rmSync(join(scratch, '..'), { recursive: true });
  });
});

describe('a transaction', () => {
  let database: Database<ParcelClient>;
  let url: string;

  beforeAll(async () => {
    const fresh = await emptyDatabase();
    url = fresh.url;
    await migrate({ url: fresh.migratorUrl, folder, runtimeRole: fresh.runtimeRole });
    database = new Database(await parcelClient(), url);
  });

  afterAll(() => database.close());

  const books = (label: string) => ({ id: crypto.randomUUID(), label, weight: 1 });

  test('commits what its work did and tells those who wait for commits', async () => {
    let told = 0;
    database.afterCommit(() => told++);
    const parcel = books('one');
    await database.transaction((tx) => tx.parcel.create({ data: parcel }));
    expect(await database.client.parcel.findUnique({ where: { id: parcel.id } })).toEqual(parcel);
    expect(told).toBe(1);
  });

  test('takes everything back when its work throws, hands the error on as it was, and tells nobody', async () => {
    class Spilled extends Error {}
    let told = 0;
    database.afterCommit(() => told++);
    const parcel = books('two');
    const spilling = database.transaction(async (tx) => {
      await tx.parcel.create({ data: parcel });
      throw new Spilled();
    });
    await expect(spilling).rejects.toBeInstanceOf(Spilled);
    expect(await database.client.parcel.findUnique({ where: { id: parcel.id } })).toBeNull();
    expect(told).toBe(0);
    expect(database.open).toBe(0);
  });

  test('that breaks a rule of the database says so in words that quote no source and no path', async () => {
    const parcel = books('twice');
    const twice = database.transaction(async (tx) => {
      await tx.parcel.create({ data: parcel });
      await tx.parcel.create({ data: parcel });
    });
    const { message } = (await twice.catch((error: unknown) => error)) as Error;
    expect(message).toContain('Unique constraint failed');
    expect(message).not.toContain('tx.parcel.create');
    expect(message).not.toContain('.ts');
  });

  test('that meets another one in a deadlock is begun anew and both succeed', async () => {
    const [one, other] = [books('three'), books('four')];
    await database.transaction(
      async (tx) => void (await tx.parcel.create({ data: one }), await tx.parcel.create({ data: other })),
    );
    const bothAreIn = Promise.withResolvers<void>();
    let inside = 0;
    let begun = 0;
    const crossing = async (first: string, second: string, weight: number) =>
      await database.transaction(async (tx) => {
        begun++;
        await tx.parcel.update({ where: { id: first }, data: { weight } });
        if (++inside === 2) bothAreIn.resolve();
        await bothAreIn.promise;
        await tx.parcel.update({ where: { id: second }, data: { weight } });
      });
    await Promise.all([crossing(one.id, other.id, 10), crossing(other.id, one.id, 20)]);
    expect(begun).toBeGreaterThanOrEqual(3);
    const weights = await Promise.all(
      [one, other].map(({ id }) => database.client.parcel.findUnique({ where: { id } })),
    );
    expect(weights[0]?.weight).toBe(weights[1]?.weight);
  });

  test('is ended by PostgreSQL itself after thirty seconds', async () => {
    const shown = await database.client.$queryRawUnsafe('SHOW transaction_timeout');
    expect(shown).toEqual([{ transaction_timeout: '30s' }]);
  });

  test('without its database fails as one that is away, not as a fault of ours', async () => {
    const nowhere = new Database(await parcelClient(), 'postgres://nobody:x@127.0.0.1:9/none');
    const error: unknown = await nowhere.transaction(() => Promise.resolve()).catch((thrown: unknown) => thrown);
    expect(isDatabaseAway(error)).toBe(true);
    const fault: unknown = await database
      .transaction((tx) => tx.$executeRawUnsafe('SELECT nonsense'))
      .catch((thrown: unknown) => thrown);
    expect(fault).toBeInstanceOf(Error);
    expect(isDatabaseAway(fault)).toBe(false);
    await nowhere.close();
  });
});
