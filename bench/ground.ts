import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Brokers } from '@recapito/messaging';
import { Pool } from 'pg';
import {
  asAdministrator,
  brokerItself,
  brokersAs,
  createAppDatabase,
  dropDatabase,
  removeRun,
  root,
  RunFolder,
  startServers,
} from '@recapito/servers';
import type { AppDatabase, ServerName, Servers } from '@recapito/servers';
import type { Occasion } from './benchmark.ts';

/**
 * The servers of one benchmark, as durable as in production for both sides: addresses given in the environment, else the
 * embedded ones, in a folder that goes with them.
 */
export class Ground {
  readonly run: RunFolder;
  readonly servers: Servers;
  /** Tells namespaces, databases and groups of this benchmark from those of any other on given servers. */
  readonly id = randomBytes(4).toString('hex');
  readonly atEnd: Occasion['atEnd'];
  #names = 0;

  private constructor(run: RunFolder, servers: Servers, atEnd: Occasion['atEnd']) {
    this.run = run;
    this.servers = servers;
    this.atEnd = atEnd;
  }

  /** They stop, and their folder goes, when the benchmark is over. */
  static async open({ says, abort, atEnd }: Occasion, want: readonly ServerName[]): Promise<Ground> {
    says(`servers: ${want.join(', ')}`);
    const run = await RunFolder.claim(join(root, '.recapito', 'bench'));
    const starting = startServers({ folder: run, want, durable: true, fresh: true, abort });
    atEnd(async () => {
      await starting.then(
        (servers) => servers.stop(),
        () => undefined,
      );
      await run.release();
      await removeRun(run.path);
    });
    return new Ground(run, await starting, atEnd);
  }

  /** The cluster in a role that may create databases. */
  get cluster(): string {
    return this.#address('RECAPITO_POSTGRES_URL');
  }

  get brokers(): Brokers {
    return brokersAs(brokerItself, this.servers.environment);
  }

  /** A name of this benchmark that was not given before, good in a namespace, a group or a database. */
  unique(word: string): string {
    this.#names += 1;
    return `bench-${this.id}-${word}-${this.#names}`;
  }

  /** An empty database for an app, dropped at the end. */
  async database(app: string): Promise<AppDatabase> {
    const name = this.unique(app).replaceAll('-', '_');
    const database = await createAppDatabase(this.cluster, { app, name });
    this.atEnd(() => dropDatabase(this.cluster, name));
    return database;
  }

  /** A pool for bare SQL, closed at the end. */
  pool(connectionString: string, max: number): Pool {
    const pool = new Pool({ connectionString, max });
    // A connection that is idle when its database is dropped says so.
    pool.on('error', () => undefined);
    this.atEnd(() => pool.end());
    return pool;
  }

  /** What earlier runs have left to be written is written now, and not during the next. */
  async settle(): Promise<void> {
    await asAdministrator(this.cluster, (administrator) => administrator.query('CHECKPOINT'));
  }

  #address(variable: string): string {
    const address = this.servers.environment[variable];
    if (address === undefined) throw new Error(`${variable} has no address: the benchmark did not want that server`);
    return address;
  }
}
