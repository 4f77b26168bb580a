import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackgroundLoop } from '@recapito/background';
import { z } from 'zod';
import { putFile } from '../files/put-file.ts';
import type { Logger } from '../observability/logger.ts';
import { KnownSources } from './known-sources.ts';

const saveEveryMs = 60_000;

const fileForm = z.array(z.tuple([z.string(), z.number()]));

/**
 * Known sources in a file of the service's folder, so that a restart under attack forgets nobody. They are saved every
 * minute and at a stop; a file that is missing or cannot be read is an empty one.
 */
export class KeptSources {
  readonly known = new KnownSources();
  readonly #path: string;
  readonly #logger: Logger;
  readonly #loop = new BackgroundLoop(() => this.#save(), {
    name: 'known-sources',
    everyMs: saveEveryMs,
    firstAfterMs: saveEveryMs,
  });

  constructor(folder: string, logger: Logger) {
    this.#path = join(folder, 'known-sources.json');
    this.#logger = logger;
    for (const [source, lastMs] of this.#read()) this.known.succeeded([source], lastMs);
    this.known.entries();
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.#save();
  }

  #read(): z.output<typeof fileForm> {
    try {
      return fileForm.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!missing)
        this.#logger.warn(
          { event: 'sources-file-unreadable', err: error },
          'the file of known sources cannot be read; starting with an empty list',
        );
      return [];
    }
  }

  async #save(): Promise<void> {
    if (!this.known.changed) return;
    try {
      await putFile(this.#path, JSON.stringify(this.known.entries()));
    } catch (error) {
      this.#logger.warn(
        { event: 'sources-file-not-written', err: error },
        'the file of known sources could not be written',
      );
    }
  }
}
