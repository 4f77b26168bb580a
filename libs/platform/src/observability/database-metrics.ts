import type { Database } from '@recapito/database';
import type { Metrics } from './metrics.ts';

/** Shows the pool of a database at `/metrics`. */
export function measureDatabase(metrics: Metrics, database: Database): void {
  metrics.gauge('recapito_database_connections', 'Connections of the pool by state', ['state'], (gauge) => {
    const { total, idle, waiting } = database.pool;
    gauge.set({ state: 'busy' }, total - idle);
    gauge.set({ state: 'idle' }, idle);
    gauge.set({ state: 'waited-for' }, waiting);
  });
  metrics.gauge('recapito_database_transactions', 'Transactions open at this moment', [], (gauge) =>
    gauge.set(database.open),
  );
}
