// A synchronous standby of the PostgreSQL of a run: made from a copy of its files, fed by its log, ready to be promoted.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { placeFor } from './open-ground.ts';
import { askPostgres, postgres } from './postgres.ts';
import { makeClusterFolder, postgresAccount } from './postgres-ground.ts';
import type { Placement, Server } from './server.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/** The name by which the primary knows its standby, and of the slot that keeps the log for it. */
const standbyName = 'standby';

/** What a primary needs so that nothing that it has answered can be lost with it: a commit waits for the standby's disk. */
const primarySettings: Readonly<Record<string, string>> = {
  synchronous_standby_names: standbyName,
  synchronous_commit: 'on',
};

/** Files of the primary's own life; the slots are the primary's too. */
const left = ['postmaster.pid', 'postmaster.opts'];

export interface StandbyPlacement extends Placement {
  /** The folder of the run whose PostgreSQL is the primary, and the address of that in a role that may make backups. */
  readonly primary: { readonly folder: string; readonly url: string };
}

/** The standby as a server of a run. It takes part once `joinStandby` has been called. */
export async function standby({ primary, ...place }: StandbyPlacement): Promise<Server> {
  const runner = postgresAccount();
  const as = await postgres(place);
  const [from, cluster] = await Promise.all([
    placeFor(primary.folder, 'postgres', runner),
    placeFor(place.folder, 'postgres', runner),
  ]);
  const address = new URL(primary.url);
  address.port = String(place.port);
  return {
    ...as,
    name: 'postgres-standby',
    environment: {},
    prepare: async () => {
      const done = join(place.folder, 'postgres.initialised');
      if (existsSync(done)) return;
      await makeClusterFolder(place.folder, cluster, runner);
      const label = await copyOf(primary.url, async () => void (await run('cp', ['-a', `${from}/.`, cluster])));
      for (const name of left) await rm(join(cluster, name), { force: true });
      await rm(join(cluster, 'pg_replslot', standbyName), { recursive: true, force: true });
      await writeFile(join(cluster, 'backup_label'), label);
      await writeFile(join(cluster, 'standby.signal'), '');
      if (runner)
        for (const name of ['backup_label', 'standby.signal']) await chown(join(cluster, name), runner.uid, runner.gid);
      await appendFile(join(cluster, 'postgresql.auto.conf'), followingSettings(primary.url));
      await writeFile(done, '');
    },
    probe: () => askPostgres(address.href),
  };
}

/** Has the primary wait for its standby at every commit from now on; resolves when it does. */
export async function joinStandby(primaryUrl: string): Promise<void> {
  await onCluster(primaryUrl, async (session) => {
    for (const [name, value] of Object.entries(primarySettings))
      await session.query(`ALTER SYSTEM SET ${name} = '${value}'`);
    await session.query('SELECT pg_reload_conf()');
    await until(
      async () => {
        const { rowCount } = await session.query(`SELECT FROM pg_stat_replication WHERE sync_state = 'sync'`);
        if (rowCount !== 1) throw new Error('no standby is synchronous yet');
      },
      { withinMs: 30_000 },
    );
  });
}

/** Makes a primary of the standby; resolves when it takes writes. */
export async function promote(standbyUrl: string): Promise<void> {
  await onCluster(standbyUrl, async (session) => void (await session.query('SELECT pg_promote(true, 30)')));
}

/** Copies the files while the primary knows of it. @returns the label that belongs to the copy */
async function copyOf(primaryUrl: string, copy: () => Promise<void>): Promise<string> {
  return onCluster(primaryUrl, async (session) => {
    await session.query('SELECT pg_create_physical_replication_slot($1, true)', [standbyName]);
    await session.query(`SELECT pg_backup_start('recapito-standby', true)`);
    await copy();
    const { rows } = await session.query<{ label: string }>('SELECT labelfile AS label FROM pg_backup_stop(false)');
    return rows[0]?.label ?? '';
  });
}

function followingSettings(primaryUrl: string): string {
  const { hostname, port, username, password } = new URL(primaryUrl);
  const connection = `host=${hostname} port=${port} user=${username} password=${password} application_name=${standbyName}`;
  const settings = {
    primary_conninfo: connection,
    primary_slot_name: standbyName,
    // A primary that was started again is followed again at once: commits wait for it.
    wal_retrieve_retry_interval: '200ms',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value}'\n`)
    .join('');
}

async function onCluster<Result>(url: string, work: (session: Client) => Promise<Result>): Promise<Result> {
  const session = new Client({ connectionString: url, application_name: 'recapito-administrator' });
  await session.connect();
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}
