import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, servers } from '@recapito/testing';
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
  const pidSql = 'SELECT pg_backend_pid() AS pid';
  const lost = transactions.run(async (tx) => {
    const [row] = await tx.$queryRawUnsafe<{ pid: number }[]>(pidSql);
    await administrator.query('SELECT pg_terminate_backend($1)', [row?.pid]);
    await eventually(async () => {
      const { rowCount } = await administrator.query('SELECT FROM pg_stat_activity WHERE pid = $1', [row?.pid]);
      expect(rowCount).toBe(0);
    });
    await new Promise((resolve) => setImmediate(resolve));
    await tx.$queryRawUnsafe(pidSql);
  });
  await expect(lost).rejects.toThrow(/terminat|not queryable|connection/i);
  expect(await transactions.run(async (tx) => tx.$queryRawUnsafe<{ pid: number }[]>(pidSql))).toHaveLength(1);
});
