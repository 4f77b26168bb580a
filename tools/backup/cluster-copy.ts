// A copy of PostgreSQL's files while it works: all databases of the suite as they were at one instant.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { CopiedTree } from './copied-tree.ts';
import type { Entry } from './entries.ts';

/** What a server makes again when it starts, or what belongs to the one that runs. */
const leftOutOnline =
  /^(postmaster\.(pid|opts)|backup_label|tablespace_map)$|^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\/|(^|\/)(pgsql_tmp[^/]*|pg_internal\.init[^/]*)$/;

export interface ClusterToCopy {
  /** PostgreSQL's data folder. */
  readonly cluster: string;
  readonly to: string;
  readonly copied?: (bytes: number) => void;
}

/** Copies the data folder of a server that does not run. */
export async function copyStandingCluster({ cluster, to, copied }: ClusterToCopy): Promise<Entry[]> {
  const leftOut = (path: string) => /^postmaster\.(pid|opts)$/.test(path);
  const tree = new CopiedTree({ from: cluster, to, as: 'postgres', leftOut, ...(copied && { copied }) });
  await tree.copy();
  return tree.entries;
}

/**
 * A backup of a server that runs, by PostgreSQL's own functions: the files may change while they are copied, and the
 * write-ahead log that is copied last makes of them the state of the instant at which `end` was called.
 */
export class ClusterCopy {
  readonly #wanted: ClusterToCopy;
  readonly #session: Client;
  readonly #tree: CopiedTree;
  #firstSegment = '';

  private constructor(wanted: ClusterToCopy, session: Client) {
    const { cluster, to, copied } = wanted;
    this.#wanted = wanted;
    this.#session = session;
    const leftOut = (path: string) => leftOutOnline.test(path);
    this.#tree = new CopiedTree({ from: cluster, to, as: 'postgres', leftOut, ...(copied && { copied }) });
  }

  /** Tells the server and copies its files. @param url in a role that may make backups */
  static async begin(url: string, wanted: ClusterToCopy): Promise<ClusterCopy> {
    const session = new Client({ connectionString: url, application_name: 'recapito-backup' });
    await session.connect();
    const copy = new ClusterCopy(wanted, session);
    try {
      await copy.#begin();
    } catch (error) {
      await session.end();
      throw error;
    }
    return copy;
  }

  async #begin(): Promise<void> {
    // The slot keeps the log that is needed; it goes with the session, however that ends.
    await this.#session.query(`SELECT pg_create_physical_replication_slot($1, true, true)`, [
      `recapito_backup_${process.pid}`,
    ]);
    const { rows } = await this.#session.query<{ segment: string }>(
      `SELECT pg_walfile_name(pg_backup_start('recapito', true)) AS segment`,
    );
    this.#firstSegment = rows[0]?.segment ?? '';
    await this.#tree.copy();
  }

  /** The instant of the backup. What commits later is not in it. */
  async end(): Promise<{ label: string; lastSegment: string }> {
    const { rows } = await this.#session.query<{ label: string; segment: string }>(
      `SELECT labelfile AS label, pg_walfile_name(lsn) AS segment FROM pg_backup_stop(false)`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('PostgreSQL has not said how the backup ended');
    return { label: row.label, lastSegment: row.segment };
  }

  /** Copies the log between begin and end. @returns all entries of the copy */
  async finish({ label, lastSegment }: { label: string; lastSegment: string }): Promise<Entry[]> {
    const { cluster, to } = this.#wanted;
    const segments = (await readdir(join(cluster, 'pg_wal'))).filter(
      (name) => /^[0-9A-F]{24}$/.test(name) && name >= this.#firstSegment && name <= lastSegment,
    );
    const wanted = new Set(segments);
    const log = new CopiedTree({
      from: join(cluster, 'pg_wal'),
      to,
      as: 'postgres/pg_wal',
      leftOut: (path) => !wanted.has(path),
    });
    await log.copy();
    await this.close();
    return [
      ...this.#tree.entries.filter(({ path }) => path !== 'postgres/pg_wal'),
      ...log.entries,
      await this.#label(label),
    ];
  }

  /** Ends the session. A backup that was not ended is given up by the server. */
  async close(): Promise<void> {
    await this.#session.end().catch(() => undefined);
  }

  async #label(label: string): Promise<Entry> {
    const path = 'postgres/backup_label';
    await writeFile(join(this.#wanted.to, path), label, { mode: 0o600 });
    const root = this.#tree.entries.find((entry) => entry.path === 'postgres');
    const { owner = 'root', group = 'root' } = root ?? {};
    const sha256 = createHash('sha256').update(label).digest('hex');
    return {
      kind: 'file',
      path,
      owner,
      group,
      mode: 0o600,
      size: Buffer.byteLength(label),
      changedAt: Date.now(),
      sha256,
    };
  }
}

/** The major version whose files these are, as PostgreSQL writes it into its data folder. */
export async function postgresVersion(cluster: string): Promise<string> {
  return (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
}
