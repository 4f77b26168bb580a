import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, mkdir, open, readdir, readlink, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Accounts } from './entries.ts';
import type { Entry, FileEntry } from './entries.ts';

/** What is copied, and where to. */
export interface TreeToCopy {
  readonly from: string;
  /** The folder of the copies; `as` is put before every path in it. */
  readonly to: string;
  readonly as: string;
  /** Whether a path, relative to `from`, is left out with all below it. */
  readonly leftOut?: (path: string) => boolean;
  /** Told of each file that was copied. */
  readonly copied?: (bytes: number) => void;
}

interface Known {
  readonly entry: Entry;
  readonly signs: string;
}

/**
 * A copy of a folder that others may be writing to. `copy` may be called again: then only what has changed since is copied,
 * and what is gone is removed, so that a second call takes little time while the writers are paused.
 * @rule BACKUP-ONE-INSTANT
 */
export class CopiedTree {
  readonly #tree: TreeToCopy;
  readonly #accounts = new Accounts();
  #known = new Map<string, Known>();

  constructor(tree: TreeToCopy) {
    this.#tree = tree;
  }

  /** What has been copied: a folder stands before what is in it. */
  get entries(): Entry[] {
    return [...this.#known.values()].map(({ entry }) => entry);
  }

  /** Copies the folder, or brings the copy up to date. Nothing happens where there is no such folder. */
  async copy(): Promise<void> {
    const seen = new Map<string, Known>();
    await this.#look('', seen);
    for (const [path, { entry }] of [...this.#known].toReversed())
      if (seen.get(path)?.entry.kind !== entry.kind)
        await rm(join(this.#tree.to, entry.path), { force: true, recursive: true });
    this.#known = seen;
  }

  async #look(path: string, seen: Map<string, Known>): Promise<void> {
    const { from, leftOut } = this.#tree;
    if (path !== '' && leftOut?.(path)) return;
    const source = join(from, path);
    const stats = await unlessGone(() => lstat(source, { bigint: true }));
    // The root itself may be a link to a folder elsewhere.
    if (stats === undefined) return;
    const isFolder = path === '' || stats.isDirectory();
    const known = isFolder ? this.#folder(path, stats) : await this.#file(path, stats);
    if (known === undefined) return;
    seen.set(path, known);
    if (!isFolder) return;
    await mkdir(join(this.#tree.to, known.entry.path), { recursive: true, mode: 0o700 });
    const names = (await unlessGone(() => readdir(source))) ?? [];
    for (const name of names.sort()) await this.#look(path === '' ? name : `${path}/${name}`, seen);
  }

  #folder(path: string, stats: BigIntStats): Known {
    return { entry: { kind: 'folder', ...this.#shared(path, stats), mode: modeOf(stats) }, signs: '' };
  }

  async #file(path: string, stats: BigIntStats): Promise<Known | undefined> {
    const source = join(this.#tree.from, path);
    if (stats.isSymbolicLink()) {
      const target = await unlessGone(() => readlink(source));
      return target === undefined
        ? undefined
        : { entry: { kind: 'link', ...this.#shared(path, stats), target }, signs: '' };
    }
    // Sockets and pipes are made again by those who use them.
    if (!stats.isFile()) return undefined;
    const signs = [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ');
    const before = this.#known.get(path);
    if (before !== undefined && before.signs === signs && before.entry.kind === 'file') return before;
    const shared = this.#shared(path, stats);
    const content = await unlessGone(() => copyFile(source, join(this.#tree.to, shared.path)));
    if (content === undefined) return undefined;
    this.#tree.copied?.(content.size);
    const entry: FileEntry = {
      kind: 'file',
      ...shared,
      mode: modeOf(stats),
      changedAt: Number(stats.mtimeMs),
      ...content,
    };
    return { entry, signs };
  }

  #shared(path: string, { uid, gid }: BigIntStats) {
    const { as } = this.#tree;
    return { path: path === '' ? as : `${as}/${path}`, ...this.#accounts.names(Number(uid), Number(gid)) };
  }
}

const chunk = 1 << 20;

/** Copies a file and answers the size and the SHA-256 of what was copied. */
async function copyFile(from: string, to: string): Promise<{ size: number; sha256: string }> {
  const source = await open(from, 'r');
  try {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    const target = await open(to, 'w', 0o600);
    try {
      const hash = createHash('sha256');
      const buffer = Buffer.allocUnsafe(chunk);
      let size = 0;
      for (;;) {
        const { bytesRead } = await source.read(buffer, 0, chunk);
        if (bytesRead === 0) return { size, sha256: hash.digest('hex') };
        const part = buffer.subarray(0, bytesRead);
        hash.update(part);
        await writeWhole(target, part);
        size += bytesRead;
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function writeWhole(file: { write(bytes: Uint8Array): Promise<{ bytesWritten: number }> }, bytes: Uint8Array) {
  for (let left = bytes; left.length > 0;) left = left.subarray((await file.write(left)).bytesWritten);
}

function modeOf({ mode }: BigIntStats): number {
  return Number(mode) & 0o7777;
}

/** What `look` answers; undefined when what it looks at has gone meanwhile. */
async function unlessGone<Found>(look: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await look();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
