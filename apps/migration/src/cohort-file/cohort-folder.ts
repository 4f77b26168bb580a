import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
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

/** How the name of an upload ends that is not whole. */
const arrivingName = '.part';

/** No upload takes that long: what is older is of a process that died. */
const abandonedMs = 24 * 3_600_000;

/**
 * The folder in which uploaded cohorts lie until they are read into moves. They hold personal data: mode 0700, and nothing stays
 * of an upload that broke off.
 * @rule COHORT-NOTHING-LEFT
 */
export class CohortFolder {
  readonly #path: string;

  constructor(serviceFolder: string) {
    this.#path = join(serviceFolder, 'cohorts');
  }

  /** Writes an upload to disk and proves that it is a cohort. What is none leaves no file behind. */
  async save(upload: Readable): Promise<ProvenCohort | CohortRefusal> {
    await this.#prepare();
    const arriving = join(this.#path, `${randomUUID()}${arrivingName}`);
    try {
      const sha256 = await write(upload, arriving);
      const rows = await countRows(arriving);
      if (typeof rows !== 'number') {
        await rm(arriving);
        return rows;
      }
      const file = join(this.#path, `${sha256}.csv`);
      await rename(arriving, file);
      return { file, sha256, rows };
    } catch (error) {
      await rm(arriving, { force: true });
      throw error;
    }
  }

  /** Makes the folder, and clears away what a process that died had begun to take; others may be taking now. */
  async #prepare(): Promise<void> {
    await mkdir(this.#path, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#path)) {
      const path = join(this.#path, name);
      const written = name.endsWith(arrivingName) ? await stat(path).catch(() => undefined) : undefined;
      if (written !== undefined && written.mtimeMs < Date.now() - abandonedMs) await rm(path, { force: true });
    }
  }
}

/** Writes an upload through to the disk. @returns its SHA-256 in hex */
async function write(upload: Readable, file: string): Promise<string> {
  const hash = createHash('sha256');
  upload.on('data', (bytes: Buffer) => hash.update(bytes));
  await pipeline(upload, createWriteStream(file, { mode: 0o600 }));
  const handle = await open(file);
  await handle.sync();
  await handle.close();
  return hash.digest('hex');
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
