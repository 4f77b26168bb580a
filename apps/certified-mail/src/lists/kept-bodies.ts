import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { putFile } from '@recapito/platform';
import { instant } from '@recapito/primitives';
import { z } from 'zod';
import type { KeptBody } from './pa-index.ts';

const file = z.record(z.string(), z.object({ addresses: z.array(z.string()), goodAt: z.number().transform(instant) }));

/** The bodies that keep earlier addresses, in a file of the folder of lists, so that a restart does not forget them. */
export class KeptBodies {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get #path(): string {
    return join(this.#folder, 'pa-index-kept.json');
  }

  /** By the code of the body; none when there is no file. @throws Error when the file is not one that was written here */
  async read(): Promise<ReadonlyMap<string, KeptBody>> {
    try {
      return new Map(Object.entries(file.parse(JSON.parse(await readFile(this.#path, 'utf8')))));
    } catch (error) {
      if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return new Map();
      throw error;
    }
  }

  async write(kept: ReadonlyMap<string, KeptBody>): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await putFile(this.#path, JSON.stringify(Object.fromEntries(kept)));
  }
}
