import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { backendOf, loseConnection, servers } from '@recapito/testing';
import { Client, Pool } from 'pg';
import { pgTransactions } from '../src/index.ts';

const pool = new Pool({ connectionString: servers().postgresUrl, max: 1 });
// As every owner of a pool has it: what befalls an idle connection.
pool.on('error', () => undefined);
const administrator = new Client({ connectionString: servers().postgresUrl });

beforeAll(() => administrator.connect());
afterAll(async () => {
  await administrator.end();
  await pool.end();
});

test('a connection that ends in the middle of a transaction, between two statements, fails that transaction and nothing else', async () => {
  const transaction = pgTransactions(pool);
  await expect(loseConnection(transaction, administrator)).rejects.toThrow(/terminat|not queryable|connection/i);
  expect(await backendOf(transaction)).toBeGreaterThan(0);
});
