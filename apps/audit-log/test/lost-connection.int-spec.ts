import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { backendOf, loseConnection, servers } from '@recapito/testing';
import { Client } from 'pg';
import { BulkTransactions } from '../src/persistence/bulk-transactions.ts';

const transactions = new BulkTransactions(servers().postgresUrl, 1);
const administrator = new Client({ connectionString: servers().postgresUrl });

beforeAll(() => administrator.connect());
afterAll(async () => {
  await administrator.end();
  await transactions.close();
});

test('a connection that ends in the middle of an ingest, between two statements, fails that transaction and not the service', async () => {
  await expect(loseConnection((work) => transactions.run(work), administrator)).rejects.toThrow(
    /terminat|not queryable|connection/i,
  );
  expect(await backendOf((work) => transactions.run(work))).toBeGreaterThan(0);
});
