import type { RunTransaction } from '@recapito/messaging';
import type { Client } from 'pg';
import { eventually } from './eventually.ts';

const pidSql = 'SELECT pg_backend_pid() AS pid';

/** The process of the server that serves a new transaction. */
export async function backendOf(run: RunTransaction): Promise<number> {
  const [row] = await run((tx) => tx.$queryRawUnsafe<{ pid: number }[]>(pidSql));
  if (row === undefined) throw new Error('the server named no process');
  return row.pid;
}

/**
 * Runs a transaction whose connection the server ends between two of its statements: nothing is asked of the connection
 * when its end comes, only its socket tells. Rejects as the second statement does.
 */
export async function loseConnection(run: RunTransaction, administrator: Client): Promise<void> {
  await run(async (tx) => {
    const pid = await backendOf((work) => work(tx));
    await administrator.query('SELECT pg_terminate_backend($1)', [pid]);
    await eventually(async () => {
      const { rowCount } = await administrator.query('SELECT FROM pg_stat_activity WHERE pid = $1', [pid]);
      if (rowCount !== 0) throw new Error('the server has not ended the connection yet');
    });
    await new Promise((resolve) => setImmediate(resolve));
    await tx.$queryRawUnsafe(pidSql);
  });
}
