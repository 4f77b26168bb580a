import { execFile } from 'node:child_process';
import { mkdtemp, rm, rmdir, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isRoot } from '@recapito/servers';

const run = promisify(execFile);

/** A small file system of its own, to see what happens when a disk is full. */
export interface MemoryDisk {
  readonly path: string;
  /** Takes all the room but so many kilobytes. */
  fill(leave?: number): Promise<void>;
  /** Gives back what `fill` took. */
  makeRoom(): Promise<void>;
  /** May only be read from now on, or be written to again. Refused while somebody has a file open for writing. */
  readOnly(on: boolean): Promise<void>;
  remove(): Promise<void>;
}

/** Somebody else has written meanwhile, and the disk is full: that is what was wanted. */
function unlessFull(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOSPC') throw error;
}

/** Mounts one of so many megabytes. Only root may mount: anybody else gets a refusal that says so. */
export async function memoryDisk(megabytes: number): Promise<MemoryDisk> {
  if (!isRoot()) throw new Error('a disk in memory can be mounted by root only: run this spec as root');
  const path = await mkdtemp(join(tmpdir(), 'recapito-disk-'));
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', path]);
  const filler = join(path, 'filler');
  return {
    path,
    fill: async (leave = 0) => {
      const { bavail, bsize } = await statfs(path);
      await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - leave * 1_024))).catch(unlessFull);
    },
    makeRoom: () => rm(filler),
    readOnly: async (on) => void (await run('mount', ['-o', `remount,${on ? 'ro' : 'rw'}`, path])),
    remove: async () => {
      await run('umount', ['--lazy', path]);
      await rmdir(path);
    },
  };
}
