import { fileURLToPath } from 'node:url';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PrismaPg } from '@prisma/adapter-pg';
import { Decimal, Sql } from '@prisma/client/runtime/client';
import { type FreshDatabase, freshDatabase } from '@recapito/testing';
import { Database, isDatabaseAway, isWriteConflict, migrate } from '@recapito/database';
import type { Tx } from '@recapito/database';
import { parcelClient, type ParcelClient } from './parcels/parcel-client.ts';
import { planned } from './parcels/service.ts';

let fresh: FreshDatabase;
let database: Database<ParcelClient>;
/** A client as Prisma makes it: what raw statements are measured by. */
let prisma: ParcelClient;

beforeAll(async () => {
  const folder = fileURLToPath(await planned());
  fresh = await freshDatabase({ app: 'parcels', schemaSql: 'SELECT 1' });
  await migrate({ url: fresh.migratorUrl, folder, runtimeRole: fresh.runtimeRole });
  rmSync(join(folder, '..'), { recursive: true });
  const clientClass = await parcelClient();
  database = new Database(clientClass, fresh.url);
  prisma = new clientClass({ adapter: new PrismaPg(fresh.url), errorFormat: 'minimal' });
});

afterAll(async () => {
  await database.close();
  await prisma.$disconnect();
  await fresh.drop();
});

const parcel = (label: string) => ({ id: crypto.randomUUID(), label, weight: 3 });

/** A statement of a value as it reads in SQL, within a transaction. */
const within = async (value: string) =>
  await database.transaction((tx) => tx.$queryRawUnsafe<{ value: unknown }[]>(`SELECT ${value} AS value`));

describe('a raw statement of a transaction', () => {
  test('stands in the same transaction as the calls of models, before and after', async () => {
    const books = parcel('books');
    const seen = await database.transaction(async (tx) => {
      await tx.parcel.create({ data: books });
      const updated = await tx.$executeRawUnsafe('UPDATE parcel SET weight = weight + 1 WHERE id = $1::uuid', books.id);
      return { updated, after: await tx.parcel.findUnique({ where: { id: books.id } }) };
    });
    expect(seen).toEqual({ updated: 1, after: { ...books, weight: 4 } });
  });

  test('goes with its transaction when the work throws', async () => {
    const { id } = parcel('lost');
    const failing = database.transaction(async (tx) => {
      await tx.$executeRawUnsafe(`INSERT INTO parcel VALUES ($1::uuid, 'lost', 3)`, id);
      throw new Error('dropped');
    });
    await expect(failing).rejects.toThrow('dropped');
    expect(await database.client.parcel.findUnique({ where: { id } })).toBeNull();
  });

  test.each([
    ['7::int4', 7],
    ['7::int8', 7n],
    ['0.5::float8', 0.5],
    ['1.10::numeric', new Decimal('1.1')],
    ['true', true],
    [`'perché'::text`, 'perché'],
    [`'0198f0c0-0000-7000-8000-000000000001'::uuid`, '0198f0c0-0000-7000-8000-000000000001'],
    [`'2010-09-15T22:00:00.001Z'::timestamptz`, new Date('2010-09-15T22:00:00.001Z')],
    [`'2010-09-15'::date`, new Date('2010-09-15T00:00:00Z')],
    [`'21:59:59'::time`, new Date('1970-01-01T21:59:59Z')],
    [`'{"days": [1, null]}'::jsonb`, { days: [1, null] }],
    [`'"text"'::json`, 'text'],
    [`'\\x00ff'::bytea`, Uint8Array.of(0, 255)],
    [`ARRAY['one', NULL]::text[]`, ['one', null]],
    ['ARRAY[1, 2]::int4[]', [1, 2]],
    ['ARRAY[7, NULL]::int8[]', [7n, null]],
    [`ARRAY['2010-09-15T22:00:00Z']::timestamptz[]`, [new Date('2010-09-15T22:00:00Z')]],
    [`ARRAY['{"a": 1}']::jsonb[]`, [{ a: 1 }]],
    [`ARRAY['\\x01']::bytea[]`, [Uint8Array.of(1)]],
    ['NULL::int8', null],
  ])('gives %s as a Prisma client gives it', async (value, expected) => {
    expect(await within(value)).toStrictEqual([{ value: expected }]);
    expect(await prisma.$queryRawUnsafe(`SELECT ${value} AS value`)).toStrictEqual([{ value: expected }]);
  });

  test.each([
    ['a string', 'text', 'perché', 'perché'],
    ['a number', 'int', 7, '7'],
    ['a bigint', 'bigint', 2n ** 60n, '1152921504606846976'],
    ['a boolean', 'boolean', false, 'false'],
    ['an instant', 'timestamptz', new Date('2010-09-15T22:00:00.001Z'), '2010-09-15 22:00:00.001+00'],
    ['bytes', 'bytea', Uint8Array.of(0, 255), '\\x00ff'],
    ['a view into more bytes', 'bytea', Uint8Array.of(9, 1, 2, 9).subarray(1, 3), '\\x0102'],
    ['an object', 'jsonb', { days: [1] }, '{"days": [1]}'],
    ['a list', 'text[]', ['one', 'two, three'], '{one,"two, three"}'],
    ['a list of bigint', 'bigint[]', [7n, 8n], '{7,8}'],
    ['null', 'text', null, null],
    ['undefined', 'text', undefined, null],
  ])('takes %s as a Prisma client takes it', async (_, type, value, expected) => {
    const text = `SELECT $1::${type}::text AS value`;
    expect(await database.transaction((tx) => tx.$queryRawUnsafe(text, value))).toEqual([{ value: expected }]);
    expect(await prisma.$queryRawUnsafe(text, value)).toEqual([{ value: expected }]);
  });

  test('may be written as a template, parts of which are templates', async () => {
    const client = database as Database<ParcelClient & Templates>;
    const [one, other] = [parcel('one'), parcel('other')];
    const seen = await client.transaction(async (tx) => {
      const made = await tx.$executeRaw`INSERT INTO parcel VALUES (${one.id}::uuid, ${one.label}, ${one.weight}),
        (${other.id}::uuid, ${other.label}, ${other.weight})`;
      const heavy = new Sql(['weight >= ', ''], [3]);
      const rows = await tx.$queryRaw`SELECT label FROM parcel WHERE id = ${one.id}::uuid AND ${heavy}`;
      return { made, rows, whole: await tx.$queryRaw(new Sql(['SELECT ', '::int AS n'], [1])) };
    });
    expect(seen).toEqual({ made: 2, rows: [{ label: 'one' }], whole: [{ n: 1 }] });
  });

  test('is prepared under a name, once for each connection', async () => {
    const prepared = await database.transaction(async (tx) => {
      await tx.$queryRawUnsafe('SELECT 17 AS seventeen');
      await tx.$queryRawUnsafe('SELECT 17 AS seventeen');
      return await tx.$queryRawUnsafe(
        `SELECT generic_plans + custom_plans AS runs FROM pg_prepared_statements WHERE statement LIKE 'SELECT 17%'`,
      );
    });
    expect(prepared).toEqual([{ runs: 2n }]);
  });

  test('that breaks a rule says so in the words of PostgreSQL, quotes no row, and is no sign of a server away', async () => {
    const books = parcel('twice');
    const insert = `INSERT INTO parcel VALUES ('${books.id}', 'twice', 3)`;
    const twice = database.transaction(async (tx) => {
      await tx.$executeRawUnsafe(insert);
      await tx.$executeRawUnsafe(insert);
    });
    const error = (await twice.catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toBe('duplicate key value violates unique constraint "parcel_pkey" (23505)');
    expect(error.stack).not.toContain(books.id);
    expect([isDatabaseAway(error), isWriteConflict(error)]).toEqual([false, false]);
  });
});

describe('a raw statement without a transaction', () => {
  test('is one of its own, beside the models of the same client', async () => {
    const { client } = database;
    const books = parcel('alone');
    await client.parcel.create({ data: books });
    expect(await client.$executeRawUnsafe('UPDATE parcel SET weight = 9 WHERE id = $1::uuid', books.id)).toBe(1);
    const rows = await client.$queryRawUnsafe('SELECT label, weight FROM parcel WHERE id = $1::uuid', books.id);
    expect(rows).toEqual([{ label: 'alone', weight: 9 }]);
  });

  test('may be the first that a database hears', async () => {
    const other = new Database(await parcelClient(), fresh.url);
    expect(await other.client.$queryRawUnsafe('SELECT 7::int8 AS value')).toEqual([{ value: 7n }]);
    await other.close();
  });

  test('does not find a database that is away', async () => {
    const nowhere = new Database(await parcelClient(), 'postgres://nobody:x@127.0.0.1:9/none');
    const error: unknown = await nowhere.client.$queryRawUnsafe('SELECT 1').catch((thrown: unknown) => thrown);
    expect(isDatabaseAway(error)).toBe(true);
    await nowhere.close();
  });
});

/** The templates of a generated client. */
interface Templates {
  $queryRaw(template: TemplateStringsArray | Sql, ...values: unknown[]): Promise<unknown>;
  $executeRaw(template: TemplateStringsArray | Sql, ...values: unknown[]): Promise<number>;
}

describe('a transaction of raw statements', () => {
  test('that meets another one in a deadlock is begun anew and both succeed', async () => {
    const [one, other] = [parcel('first'), parcel('second')];
    await database.client.parcel.create({ data: one });
    await database.client.parcel.create({ data: other });
    const bothAreIn = Promise.withResolvers<void>();
    let inside = 0;
    const add = (tx: Tx<ParcelClient>, id: string) =>
      tx.$executeRawUnsafe('UPDATE parcel SET weight = weight + 1 WHERE id = $1::uuid', id);
    const crossing = async (first: string, second: string) =>
      await database.transaction(async (tx) => {
        await add(tx, first);
        if (++inside === 2) bothAreIn.resolve();
        await bothAreIn.promise;
        await add(tx, second);
      });
    await Promise.all([crossing(one.id, other.id), crossing(other.id, one.id)]);
    expect(inside).toBe(3);
    expect((await database.client.parcel.findUnique({ where: { id: one.id } }))?.weight).toBe(5);
  });

  test('takes no statement after its end, so that none reaches another one on its connection', async () => {
    const { id } = parcel('late');
    const gone = await database.transaction((tx) => Promise.resolve(tx));
    const late = gone.$executeRawUnsafe(`INSERT INTO parcel VALUES ($1::uuid, 'late', 3)`, id);
    const error: unknown = await late.catch((thrown: unknown) => thrown);
    expect((error as Error).message).toBe('TransactionAlreadyClosed');
    expect(isDatabaseAway(error)).toBe(true);
    expect(await database.client.parcel.findUnique({ where: { id } })).toBeNull();
  });

  test('within the work of another one is a transaction of its own', async () => {
    const [outer, inner] = [parcel('outer'), parcel('inner')];
    const insert = 'INSERT INTO parcel VALUES ($1::uuid, $2::text, 3)';
    const failing = database.transaction(async (tx) => {
      await database.transaction((other) => other.$executeRawUnsafe(insert, inner.id, inner.label));
      await tx.$executeRawUnsafe(insert, outer.id, outer.label);
      throw new Error('dropped');
    });
    await expect(failing).rejects.toThrow('dropped');
    expect(await database.client.parcel.findUnique({ where: { id: outer.id } })).toBeNull();
    expect(await database.client.parcel.findUnique({ where: { id: inner.id } })).not.toBeNull();
  });

  test('whose server ends its connection fails as one whose database is away, and the pool gives another', async () => {
    const killed = database.transaction(async (tx) => {
      await tx.$queryRawUnsafe('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    expect(isDatabaseAway(await killed.catch((thrown: unknown) => thrown))).toBe(true);
    expect(await database.transaction((tx) => tx.$queryRawUnsafe('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  });
});
