import { Unavailable } from '@recapito/platform';
import { LostFile } from './spool.ts';
import type { Spool } from './spool.ts';

/** A file counts as lost when so many looks in a row have not found it: a network disk may show a new file late. */
const looksBeforeLost = 3;

/**
 * Reads messages that are on their way, and decides when one of them is lost.
 * @rule SPOOL-LOST-ENDS
 */
export class SpooledOriginals {
  readonly #spool: Pick<Spool, 'read'>;
  /** Looks in a row that failed, by the name of the file. */
  readonly #failed = new Map<string, number>();

  constructor(spool: Pick<Spool, 'read'>) {
    this.#spool = spool;
  }

  /**
   * The bytes of a message.
   * @param sha256 in hex; null when the row names no file
   * @returns LostFile when it is lost for good
   * @throws Unavailable when it was not found, and may be found at the next look
   */
  async read(name: string, sha256: string | null): Promise<Buffer | LostFile> {
    if (sha256 === null) return new LostFile(name, 'missing');
    try {
      const bytes = await this.#spool.read(name, sha256);
      this.#failed.delete(name);
      return bytes;
    } catch (error) {
      if (!(error instanceof LostFile)) throw error;
      return this.#afterLook(name, error);
    }
  }

  #afterLook(name: string, lost: LostFile): LostFile {
    const looks = (this.#failed.get(name) ?? 0) + 1;
    if (looks < looksBeforeLost) {
      this.#failed.set(name, looks);
      throw new Unavailable('spool', lost.message, lost);
    }
    this.#failed.delete(name);
    return lost;
  }
}
