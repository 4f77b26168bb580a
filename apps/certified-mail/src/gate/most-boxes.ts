import { readFile } from 'node:fs/promises';
import { putFile } from '@recapito/platform';
import { z } from 'zod';

const content = z.object({ boxes: z.int().min(0) });

/**
 * The largest number of boxes that this installation has ever known, in a file of its own. Boxes are never removed, so a
 * directory that holds fewer has lost some: nothing is concluded from it. // GATE-NEVER-SHRINKS
 */
export class MostBoxes {
  readonly #path: string;
  #known = 0;
  #saving: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  get known(): number {
    return this.#known;
  }

  /** Reads the file; there is none before the first box. @throws Error when it is not what was written */
  async read(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) this.#known = Math.max(this.#known, content.parse(JSON.parse(text)).boxes);
  }

  /** Keeps a number that is larger than what was known. */
  save(boxes: number): Promise<void> {
    if (boxes > this.#known) {
      this.#known = boxes;
      this.#saving = this.#saving.then(() => this.#write());
    }
    return this.#saving;
  }

  /** Another process of the service may have kept a larger one meanwhile. */
  async #write(): Promise<void> {
    await this.read();
    await putFile(this.#path, `${JSON.stringify({ boxes: this.#known })}\n`);
  }
}
