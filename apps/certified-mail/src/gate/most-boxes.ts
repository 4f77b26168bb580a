import { readFile } from 'node:fs/promises';
import { putFile } from '@recapito/platform';
import { z } from 'zod';

const content = z.object({ boxes: z.int().min(0), counted: z.int().min(0).default(0) });

/** Numbers of boxes. */
export interface KnownBoxes {
  /** The most that were ever known. */
  readonly boxes: number;
  /** The most that a census has counted. Boxes that were opened after it are not among them. */
  readonly counted: number;
}

/**
 * The largest numbers of boxes that this installation has ever known, in a file of its own. Boxes are never removed, so a
 * directory that holds fewer has lost some, and a census that counts fewer is that of another directory: nothing is
 * concluded from them.
 * @rule GATE-NEVER-SHRINKS
 */
export class MostBoxes {
  readonly #path: string;
  #known: KnownBoxes = { boxes: 0, counted: 0 };
  #saving: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  get known(): KnownBoxes {
    return this.#known;
  }

  /** Reads the file; there is none before the first box. @throws Error when it is not what was written */
  async read(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) this.#raise(content.parse(JSON.parse(text)));
  }

  /** Keeps numbers that are larger than those that were known. */
  save(known: Partial<KnownBoxes>): Promise<void> {
    if (this.#raise(known)) this.#saving = this.#saving.then(() => this.#write());
    return this.#saving;
  }

  #raise({ boxes = 0, counted = 0 }: Partial<KnownBoxes>): boolean {
    const before = this.#known;
    this.#known = { boxes: Math.max(boxes, before.boxes), counted: Math.max(counted, before.counted) };
    return this.#known.boxes > before.boxes || this.#known.counted > before.counted;
  }

  /** Another process of the service may have kept larger ones meanwhile. */
  async #write(): Promise<void> {
    await this.read();
    await putFile(this.#path, `${JSON.stringify(this.#known)}\n`);
  }
}
