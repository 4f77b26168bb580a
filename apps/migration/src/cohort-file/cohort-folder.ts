import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NotACohort, readCohort } from './read-cohort.ts';
import type { CohortRefusal } from './read-cohort.ts';

/** A cohort that lies on disk and was read through once: it is one. */
export interface ProvenCohort {
  readonly file: string;
  /** SHA-256, hex, of its bytes. */
  readonly sha256: string;
  readonly rows: number;
}

/** The folder in which uploaded cohorts lie until they are read into moves. They hold personal data: mode 0700. */
export class CohortFolder {
  readonly #path: string;

  constructor(serviceFolder: string) {
    this.#path = join(serviceFolder, 'cohorts');
  }

  /** Writes an upload to disk and proves that it is a cohort. What is none leaves no file behind. */
  async save(upload: Readable): Promise<ProvenCohort | CohortRefusal> {
    const arriving = await this.#write(upload);
    try {
      const rows = await countRows(arriving.file);
      if (typeof rows !== 'number') {
        await rm(arriving.file);
        return rows;
      }
      const file = join(this.#path, `${arriving.sha256}.csv`);
      await rename(arriving.file, file);
      return { file, sha256: arriving.sha256, rows };
    } catch (error) {
      await rm(arriving.file, { force: true });
      throw error;
    }
  }

  async #write(upload: Readable): Promise<{ file: string; sha256: string }> {
    await mkdir(this.#path, { recursive: true, mode: 0o700 });
    const file = join(this.#path, `${randomUUID()}.part`);
    const hash = createHash('sha256');
    upload.on('data', (bytes: Buffer) => hash.update(bytes));
    await pipeline(upload, createWriteStream(file, { mode: 0o600 }));
    const handle = await open(file);
    await handle.sync();
    await handle.close();
    return { file, sha256: hash.digest('hex') };
  }
}

async function countRows(file: string): Promise<number | CohortRefusal> {
  let rows = 0;
  try {
    for await (const _ of readCohort(file)) rows += 1;
  } catch (error) {
    if (error instanceof NotACohort) return error.refusal;
    throw error;
  }
  return rows;
}
