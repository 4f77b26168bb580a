import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { putFile } from '@recapito/platform';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';

/** A list as it was last taken over, and when its source was last seen to say so. */
export interface KeptCopy {
  readonly bytes: Buffer;
  readonly readAt: Instant;
}

/**
 * The last good copy of each list, for the day on which its source is away: one file each, whose name says when it was
 * read. It is whole and on the disk before the one before it goes. Several processes may share the folder.
 */
export class KeptCopies {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The newest copy of a list; null when none was ever kept. */
  async newest(list: string): Promise<KeptCopy | null> {
    const [name] = await this.#copiesOf(list);
    if (name === undefined) return null;
    try {
      return { bytes: await readFile(join(this.#folder, name)), readAt: instantIn(name) };
    } catch (error) {
      // Another process has just put a newer one in its place.
      if (isMissing(error)) return await this.newest(list);
      throw error;
    }
  }

  /** When the newest copy was read; null when none was ever kept. */
  async newestAt(list: string): Promise<Instant | null> {
    const [name] = await this.#copiesOf(list);
    return name === undefined ? null : instantIn(name);
  }

  async save(list: string, { bytes, readAt }: KeptCopy): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await putFile(join(this.#folder, `${list}.${String(readAt).padStart(15, '0')}`), bytes);
    const [, ...older] = await this.#copiesOf(list);
    for (const name of older) await rm(join(this.#folder, name), { force: true });
  }

  /** Newest first. */
  async #copiesOf(list: string): Promise<string[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const copies = names.filter((name) => name.startsWith(`${list}.`) && /^\d{15}$/.test(name.slice(list.length + 1)));
    return copies.toSorted().toReversed();
  }
}

function instantIn(name: string): Instant {
  return instant(Number(name.slice(name.lastIndexOf('.') + 1)));
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
