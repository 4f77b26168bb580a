import { existsSync } from 'node:fs';
import { access, chmod, constants, mkdir, readdir, rm, statfs, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { infraAskedFor, root } from '@recapito/servers';

/** A file system in memory, on Linux. */
const memory = '/dev/shm';

/** A run needs about a gigabyte; where less than this is free, its data lie on disk. */
const enoughBytes = 4 * 1024 ** 3;

const namePrefix = 'recapito-test-';

/**
 * Where the data of a test run lie: in memory where there is room. Kafka, spools and mail stores write files through to the
 * disk, and waiting for that is most of what some specs would do; what they promise about the death of processes holds
 * in memory too. Logs and results stay under .recapito/test.
 */
export interface Scratch {
  /** For the servers. */
  readonly servers: string;
  /** For temporary files of specs: TMPDIR. */
  readonly temporary: string;
  /** Where the results and the logs of the servers stay until the next run. */
  readonly kept: string;
  /** Removes what must not stay in memory. */
  remove(): Promise<void>;
}

/** Makes the places of this run, and removes those of runs that were killed. */
export async function makeScratch(): Promise<Scratch> {
  const kept = join(root, '.recapito', 'test');
  await mkdir(kept, { recursive: true });
  if (infraAskedFor() === 'containers' || !(await hasRoomInMemory()))
    return { servers: kept, temporary: tmpdir(), kept, remove: () => Promise.resolve() };
  await removeLeft();
  const folder = join(memory, `${namePrefix}${process.pid}`);
  const [servers, temporary, logs] = [join(folder, 'servers'), join(folder, 'tmp'), join(kept, 'logs')];
  // Servers with accounts of their own must be able to enter.
  for (const [path, mode] of [[folder, 0o755] as const, [servers, 0o755] as const, [temporary, 0o1777] as const]) {
    await mkdir(path);
    await chmod(path, mode);
  }
  await rm(logs, { recursive: true, force: true });
  await mkdir(logs);
  await symlink(logs, join(servers, 'logs'));
  return { servers, temporary, kept, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function hasRoomInMemory(): Promise<boolean> {
  try {
    await access(memory, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(memory);
    return bavail * bsize >= enoughBytes;
  } catch {
    return false;
  }
}

async function removeLeft(): Promise<void> {
  for (const name of await readdir(memory)) {
    const pid = name.startsWith(namePrefix) ? name.slice(namePrefix.length) : undefined;
    if (pid !== undefined && !existsSync(join('/proc', pid)))
      await rm(join(memory, name), { recursive: true, force: true });
  }
}
