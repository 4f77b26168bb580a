import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually, freshDatabase, type FreshDatabase, servers } from '@recapito/testing';
import { Client } from 'pg';

const schemaSql = `
  CREATE TABLE letter (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, words text NOT NULL);
  INSERT INTO letter (words) VALUES ('from the template');
`;

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a fresh database', () => {
  const made: FreshDatabase[] = [];
  const fresh = async (sql = schemaSql): Promise<FreshDatabase> => {
    const database = await freshDatabase({ app: 'post-office', schemaSql: sql });
    made.push(database);
    return database;
  };

  afterEach(async () => {
    await Promise.all(made.splice(0).map((database) => database.drop()));
  });

  test('is one for each who asks: what one writes the other does not see', async () => {
    const [one, other] = await Promise.all([fresh(), fresh()]);
    await query(one.url, `INSERT INTO letter (words) VALUES ('mine')`);
    expect(await query(one.url, 'SELECT words FROM letter ORDER BY id')).toEqual([
      { words: 'from the template' },
      { words: 'mine' },
    ]);
    expect(await query(other.url, 'SELECT words FROM letter ORDER BY id')).toEqual([{ words: 'from the template' }]);
  });

  test('gives rows to the runtime role and tables to its owner only', async () => {
    const { url, migratorUrl } = await fresh();
    await expect(query(url, 'ALTER TABLE letter ADD COLUMN stamp text')).rejects.toThrow(
      'must be owner of table letter',
    );
    await expect(query(url, 'CREATE TABLE parcel ()')).rejects.toThrow('permission denied for schema public');
    await query(migratorUrl, 'ALTER TABLE letter ADD COLUMN stamp text');
    expect(await query(url, 'SELECT current_user')).toEqual([{ current_user: 'post_office' }]);
  });

  test('of another schema comes from another template', async () => {
    const changed = await fresh(`${schemaSql}; ALTER TABLE letter ADD COLUMN weight integer`);
    expect(await query(changed.url, 'SELECT words, weight FROM letter')).toEqual([
      { words: 'from the template', weight: null },
    ]);
  });

  test('whose template failed to be made leaves nothing that a later one would take for it', async () => {
    const broken = 'CREATE TABLE letter (id bigint); SELECT 1/0';
    await expect(fresh(broken)).rejects.toThrow('division by zero');
    await expect(fresh(broken)).rejects.toThrow('division by zero');
  });

  test('goes when it is dropped, though somebody is still connected', async () => {
    const database = await fresh();
    const stayer = new Client({ connectionString: database.url });
    await stayer.connect();
    const complaints: string[] = [];
    stayer.on('error', ({ message }) => complaints.push(message));
    await database.drop();
    await eventually(() => {
      expect(complaints).toContain('terminating connection due to administrator command');
    });
    const left = await query(servers().postgresUrl, `SELECT FROM pg_database WHERE datname = '${database.name}'`);
    expect(left).toEqual([]);
  });
});
