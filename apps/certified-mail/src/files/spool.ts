import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { putFile, Unavailable } from '@recapito/platform';
import { classify } from '@recapito/messaging';
import { isUnwritable } from './unwritable-disk.ts';

/** A name that can be a file's: an identificativo of ours or an arrival's id. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9.@-]{0,200}$/;

/** What is wrong with a file: it is not there, holds other bytes than were written, or cannot be read. */
export type Loss = 'missing' | 'altered' | 'unreadable';

/** A file of the spool that cannot be had as it was written. */
export class LostFile extends Error {
  override readonly name = 'LostFile';

  constructor(
    file: string,
    readonly loss: Loss,
    cause?: unknown,
  ) {
    super(`the spooled message ${file} is ${loss}`, { cause });
  }
}

/** A file as it lies in the folder. */
export interface FoundFile {
  readonly name: string;
  /** The folder of the epoch in which it was written, as `e1796000000000`; '' before the database's first raise. */
  readonly place: string;
  /** When it was written, or set aside; system milliseconds. */
  readonly sinceMs: number;
}

const epochFolder = /^e\d+$/;

/**
 * Messages on their way, one file each, readable by their owner alone. A file is whole and on the disk before the
 * transaction of the row that names it begins, so a row never speaks of a file that is not there.
 *
 * Each epoch of the database has a folder of its own: after a restore it is known of every file whether the database that
 * runs now has written it. A file that no row names is set aside in `orphans/`, and taken back when a row names it.
 */
export class Spool {
  readonly #folder: string;
  #place = '';
  /** The folders of epochs that are known; another process may have begun a new one. */
  #places: readonly string[] = [''];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder, once, before the first message. */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    this.#places = await placesIn(this.#folder);
  }

  /** Writes from now on as the database of that epoch. */
  async enter(epoch: number): Promise<void> {
    const place = placeOf(epoch);
    await mkdir(join(this.#folder, place), { recursive: true, mode: 0o700 });
    this.#place = place;
    this.#places = await placesIn(this.#folder);
  }

  /** The mark beside the folder, which says of which database it is the spool; null when there is none. */
  async mark(): Promise<string | null> {
    try {
      return (await readFile(`${this.#folder}.mark`, 'utf8')).trim();
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async putMark(mark: string): Promise<void> {
    await putFile(`${this.#folder}.mark`, `${mark}\n`);
  }

  /**
   * Writes a file and its entry in the folder through to the disk. @returns its SHA-256 in hex.
   * @throws Unavailable when it does not fit: nothing of it stays, and it may be tried again when there is room.
   */
  async write(name: string, bytes: Uint8Array): Promise<string> {
    try {
      await putFile(this.#path(name), bytes);
    } catch (error) {
      throw isUnwritable(error) ? new Unavailable('spool', 'its disk has no room or may only be read', error) : error;
    }
    return createHash('sha256').update(bytes).digest('hex');
  }

  /** Reads a file. @throws LostFile when it is not there as it was written. */
  async read(name: string, sha256: string): Promise<Buffer> {
    const bytes = await this.#bytesOf(name);
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new LostFile(name, 'altered');
    return bytes;
  }

  /** A file as it lies, for a row that has to be made again; undefined when it is not there or cannot be read. */
  async find(name: string): Promise<Buffer | undefined> {
    try {
      return await this.#bytesOf(name);
    } catch (error) {
      if (error instanceof LostFile) return undefined;
      throw error;
    }
  }

  /**
   * Looks where files of this epoch lie, then where those of others do, then among the orphans.
   * @rule ORPHAN-TAKEN-BACK
   */
  async #bytesOf(name: string): Promise<Buffer> {
    const path = this.#path(name);
    const bytes = (await bytesAt(path, name)) ?? (await this.#elsewhere(name));
    if (bytes !== undefined) return bytes;
    throw new LostFile(name, 'missing');
  }

  async #elsewhere(name: string): Promise<Buffer | undefined> {
    this.#places = await placesIn(this.#folder);
    for (const place of this.#places) {
      const home = join(this.#folder, place, name);
      const found = await bytesAt(home, name);
      if (found !== undefined) return found;
    }
    for (const place of await placesIn(this.#orphans)) {
      const home = join(this.#folder, place, name);
      if (await moved(join(this.#orphans, place, name), home)) return await bytesAt(home, name);
    }
    return undefined;
  }

  /** Erases a file; one that is gone already is no fault. */
  async erase(name: string): Promise<void> {
    for (const place of this.#places) await rm(this.#path(name, place), { force: true });
  }

  /** Every file, whole or half written, that is in its place. */
  async list(): Promise<FoundFile[]> {
    return await filesIn(this.#folder);
  }

  /** Every file that was set aside. */
  async orphans(): Promise<FoundFile[]> {
    return await filesIn(this.#orphans);
  }

  /** The first bytes of every file whose name is wanted, in its place or set aside; one that goes meanwhile is left out. */
  async *heads(length: number, isWanted: (name: string) => boolean): AsyncGenerator<{ name: string; head: Buffer }> {
    for (const folder of [this.#folder, this.#orphans])
      for (const { place, name } of await filesIn(folder)) {
        const head = isWanted(name) ? await headOf(join(folder, place, name), length) : undefined;
        if (head !== undefined) yield { name, head };
      }
  }

  /** Puts a file among the orphans, from now on. */
  async setAside({ place, name }: FoundFile): Promise<void> {
    const path = join(this.#orphans, place, name);
    await mkdir(join(this.#orphans, place), { recursive: true, mode: 0o700 });
    const now = new Date();
    if (await moved(join(this.#folder, place, name), path)) await utimes(path, now, now);
  }

  async takeBack({ place, name }: FoundFile): Promise<void> {
    await moved(join(this.#orphans, place, name), join(this.#folder, place, name));
  }

  async eraseOrphan({ place, name }: FoundFile): Promise<void> {
    await rm(join(this.#orphans, place, name), { force: true });
  }

  /** Erases a file that was never written to its end: no row names it. */
  async eraseHalf({ place, name }: FoundFile): Promise<void> {
    await rm(join(this.#folder, place, name), { force: true });
  }

  get #orphans(): string {
    return join(this.#folder, 'orphans');
  }

  #path(name: string, place = this.#place): string {
    if (!plainName.test(name)) throw new Error(`"${name}" cannot name a file of the spool`);
    return join(this.#folder, place, name);
  }
}

/** The folder of an epoch inside that of the files. */
export function placeOf(epoch: number): string {
  return epoch === 0 ? '' : `e${epoch}`;
}

/** What a file holds; undefined when it is not there. @throws LostFile when it cannot be read */
async function bytesAt(path: string, name: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    // Too many open files, for one: it says nothing about this file.
    if (classify(error) === 'infrastructure' && !isBadSector(error)) throw error;
    throw new LostFile(name, 'unreadable', error);
  }
}

/** The first bytes of a file; undefined when it is not there or cannot be read. */
async function headOf(path: string, length: number): Promise<Buffer | undefined> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error) || isBadSector(error)) return undefined;
    throw error;
  }
}

/** The device cannot read this file: waiting brings it back no more than a file that is missing. */
function isBadSector(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EIO';
}

/** False when the file is not there: another process has moved it. */
async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** '' and the folders of epochs; none when there is no such folder. */
async function placesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => undefined);
  return entries === undefined ? [] : ['', ...entries.filter((name) => epochFolder.test(name))];
}

async function filesIn(folder: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const place of await placesIn(folder))
    for (const name of await readdir(join(folder, place))) {
      // Gone meanwhile, or a folder.
      const file = await stat(join(folder, place, name)).catch(() => undefined);
      if (file?.isFile() === true) found.push({ name, place, sinceMs: file.mtimeMs });
    }
  return found;
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
