import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KeptEpoch } from '@recapito/messaging';
import { putFile } from '../files/put-file.ts';

/**
 * The epoch that a service keeps in its folder, outside its database: a database put back alone does not take it along.
 * The file is named after the database, so that a folder used with another one does not mislead.
 */
export class EpochFile implements KeptEpoch {
  readonly #path: string;

  /** @param folder the service's own folder. */
  constructor(folder: string, databaseUrl: string) {
    const database = new URL(databaseUrl).pathname.slice(1).replaceAll(/[^A-Za-z0-9_-]/g, '_');
    this.#path = join(folder, `epoch-${database}`);
  }

  /** The epoch that was written last; 0 where there is none, or nothing that is one. */
  async read(): Promise<number> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    return /^\d{1,15}\n?$/.test(text) ? Number(text) : 0;
  }

  /** Writes an epoch that is higher than the one in the file. */
  async raise(epoch: number): Promise<void> {
    if (epoch <= (await this.read())) return;
    await mkdir(dirname(this.#path), { recursive: true });
    await putFile(this.#path, `${epoch}\n`);
  }
}
