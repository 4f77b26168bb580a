import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, servers } from '@recapito/testing';
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
  const pidSql = 'SELECT pg_backend_pid() AS pid';
  const lost = transaction(async (tx) => {
    const [row] = await tx.$queryRawUnsafe<{ pid: number }[]>(pidSql);
    await administrator.query('SELECT pg_terminate_backend($1)', [row?.pid]);
    // Nothing is asked of the connection when its end comes: only its socket tells.
    await eventually(async () => {
      const { rowCount } = await administrator.query('SELECT FROM pg_stat_activity WHERE pid = $1', [row?.pid]);
      expect(rowCount).toBe(0);
    });
    await new Promise((resolve) => setImmediate(resolve));
    await tx.$queryRawUnsafe(pidSql);
  });
  await expect(lost).rejects.toThrow(/terminat|not queryable|connection/i);
  expect(await transaction(async (tx) => tx.$queryRawUnsafe<{ pid: number }[]>(pidSql))).toHaveLength(1);
});
