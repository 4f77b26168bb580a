import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Unavailable } from '@recapito/platform';
import { isUnwritable } from '../files/unwritable-disk.ts';
import { Budget } from '../application/budget.ts';
import { againReply } from './smtp-reply.ts';

/** What a message of so many bytes needs in memory while it is checked and certified, as a multiple of them. */
const copies = 3;

/** Messages up to this size are kept in memory while they come: a file would cost more than it saves. */
const smallBytes = 65_536;

/** Nobody is silent for so long in the middle of a message: what was last written before that is nobody's. */
const abandonedMs = 2 * 3_600_000;

/** The content of a DATA: whether it was too large is known at its end. */
type Incoming = Readable & { readonly sizeExceeded?: boolean };

/**
 * The contents of DATA while they come in. A large message lies on disk until it is whole and there is room for it, so
 * that slow clients, however many, hold no memory. What lies there has not been answered for: nothing of it survives.
 */
export class ReceivedData {
  readonly #folder: string;
  readonly #budget: Budget;

  constructor(folder: string, memoryBytes: number) {
    this.#folder = folder;
    this.#budget = new Budget(memoryBytes);
  }

  /** Makes the folder, and clears away what a process that died had begun to take; others may be taking now. */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const written = await stat(path).catch(() => undefined);
      if (written !== undefined && written.mtimeMs < Date.now() - abandonedMs) await rm(path, { force: true });
    }
  }

  /**
   * Reads a message to its end and has it worked on. Rejects when the client breaks off, or the disk is full; with a
   * reply when it was too large, which the server says by itself: what has come is only a part of it.
   */
  async whole<Result>(data: Incoming, work: (bytes: Buffer) => Promise<Result>): Promise<Result> {
    const chunks: Buffer[] = [];
    let size = 0;
    const iterator = (data as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    while (size <= smallBytes) {
      const { value, done } = await iterator.next();
      if (done === true) {
        refusePart(data);
        return await this.#budget.with(size * copies, () => work(Buffer.concat(chunks)));
      }
      chunks.push(value);
      size += value.byteLength;
    }
    return await this.#byDisk(data, chunks, { [Symbol.asyncIterator]: () => iterator }, work);
  }

  async #byDisk<Result>(
    data: Incoming,
    first: Buffer[],
    rest: AsyncIterable<Buffer>,
    work: (bytes: Buffer) => Promise<Result>,
  ): Promise<Result> {
    const path = join(this.#folder, randomUUID());
    try {
      const file = createWriteStream(path, { mode: 0o600 });
      await pipeline(async function* () {
        yield* first.splice(0);
        yield* rest;
      }, file);
      refusePart(data);
      return await this.#budget.with(file.bytesWritten * copies, async () => {
        const bytes = await readFile(path);
        // The spool may need the room of the same disk.
        await rm(path, { force: true });
        return await work(bytes);
      });
    } catch (error) {
      throw isUnwritable(error) ? new Unavailable('spool', 'its disk has no room or may only be read', error) : error;
    } finally {
      await rm(path, { force: true });
    }
  }
}

function refusePart({ sizeExceeded }: Incoming): void {
  if (sizeExceeded === true) throw againReply();
}
