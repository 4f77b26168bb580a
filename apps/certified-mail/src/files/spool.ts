import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Unavailable } from '@recapito/platform';
import { classify } from '@recapito/messaging';
import { putFile } from './put-file.ts';

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

/**
 * Messages on their way, one file each, readable by their owner alone. A file is whole and on the disk before the row
 * that names it commits, so a row never speaks of a file that is not there. // SPOOL-BEFORE-ROW
 */
export class Spool {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder, once, before the first message. */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
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
    await putFile(`${this.#folder}.mark`, Buffer.from(`${mark}\n`));
  }

  /**
   * Writes a file and its entry in the folder through to the disk. @returns its SHA-256 in hex.
   * @throws Unavailable when it does not fit: nothing of it stays, and it may be tried again when there is room.
   */
  async write(name: string, bytes: Uint8Array): Promise<string> {
    try {
      await putFile(this.#path(name), bytes);
    } catch (error) {
      throw isFull(error) ? new Unavailable('spool', 'there is no room left on its disk', error) : error;
    }
    return createHash('sha256').update(bytes).digest('hex');
  }

  /** Reads a file. @throws LostFile when it is not there as it was written. */
  async read(name: string, sha256: string): Promise<Buffer> {
    const bytes = await this.#bytesOf(name);
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new LostFile(name, 'altered');
    return bytes;
  }

  async #bytesOf(name: string): Promise<Buffer> {
    try {
      return await readFile(this.#path(name));
    } catch (error) {
      // Too many open files, for one: it says nothing about this file.
      if (classify(error) === 'infrastructure') throw error;
      throw new LostFile(name, isMissing(error) ? 'missing' : 'unreadable', error);
    }
  }

  /** Erases a file; one that is gone already is no fault. */
  async erase(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  /** Files, whole or half written, that have been there for so long by the system clock. */
  async olderThan(milliseconds: number): Promise<string[]> {
    const names = await readdir(this.#folder);
    const since = Date.now() - milliseconds;
    const old: string[] = [];
    for (const name of names) {
      const found = await stat(join(this.#folder, name)).catch(() => undefined);
      if (found !== undefined && found.mtimeMs < since) old.push(name);
    }
    return old;
  }

  #path(name: string): string {
    if (!plainName.test(name)) throw new Error(`"${name}" cannot name a file of the spool`);
    return join(this.#folder, name);
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

/** The disk, or the share of it that this account has. */
function isFull(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code))
  );
}
