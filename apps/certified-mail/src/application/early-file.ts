import { Logger } from '@nestjs/common';
import type { Database } from '@recapito/database';
import type { PrismaClient } from '../persistence/generated/client.ts';
import type { Tx } from '../persistence/tx.ts';
import { Budget } from './budget.ts';

const logger = new Logger('early-file');

/** Where files lie that rows name: the spool, the quarantine. */
export interface FileStore {
  /** @returns the SHA-256 of the file, in hex */
  write(name: string, bytes: Buffer): Promise<string>;
  erase(name: string): Promise<void>;
}

/** A file that is on the disk before the transaction begins in which a row may name it. */
export class EarlyFile {
  #sha256: string | null = null;

  constructor(
    readonly name: string,
    /** The message that lies in it. */
    readonly bytes: Buffer,
    private readonly store: FileStore,
  ) {}

  /** In hex. @throws Error before it is written */
  get sha256(): string {
    if (this.#sha256 === null) throw new Error(`the file ${this.name} has not been written`);
    return this.#sha256;
  }

  /** @throws Unavailable when there is no room for it */
  async write(): Promise<void> {
    this.#sha256 = await this.store.write(this.name, this.bytes);
  }

  /** Erases it. Where it cannot be erased no answer changes: the sweep of orphans finds it. */
  async erase(): Promise<void> {
    await this.store.erase(this.name).catch((error: unknown) => {
      logger.warn({
        event: 'early-file-not-erased',
        file: this.name,
        err: error,
        message: 'a file that no row names could not be erased: the sweep of orphans will set it aside',
      });
    });
  }
}

/** What a transaction answers, and the files that its rows name. */
export interface Named<Answer> {
  readonly answer: Answer;
  readonly named: readonly EarlyFile[];
}

/** An answer for which no row names a file. */
export function namingNone<Answer>(answer: Answer): Named<Answer> {
  return { answer, named: [] };
}

/**
 * Files of one process that no row names yet, at most. When two processes are killed at once they leave fewer without a row
 * than make the sweep of orphans stop.
 * @rule ORPHANS-TOO-MANY
 */
const atATime = new Budget(4);

/**
 * Runs a transaction, and writes the files that its rows may name before it begins, so that no row stays locked while the
 * disk works. They are not written again when it is begun anew.
 *
 * A file that no row names is erased as soon as that is certain: the transaction has committed without it, or has thrown
 * before its commit. When the commit itself fails nobody knows: the file stays, and the sweep of orphans decides.
 * @rule SPOOL-BEFORE-ROW
 */
export async function transactionAfterFiles<Answer>(
  database: Pick<Database<PrismaClient>, 'transaction'>,
  files: readonly EarlyFile[],
  work: (tx: Tx) => Promise<Named<Answer>>,
): Promise<Answer> {
  return files.length === 0
    ? (await database.transaction(work)).answer
    : await atATime.with(files.length, () => writeAndRun(database, files, work));
}

async function writeAndRun<Answer>(
  database: Pick<Database<PrismaClient>, 'transaction'>,
  files: readonly EarlyFile[],
  work: (tx: Tx) => Promise<Named<Answer>>,
): Promise<Answer> {
  let isCommitting = false;
  try {
    for (const file of files) await file.write();
    const { answer, named } = await database.transaction(async (tx) => {
      isCommitting = false;
      const done = await work(tx);
      isCommitting = true;
      return done;
    });
    for (const file of files) if (!named.includes(file)) await file.erase();
    return answer;
  } catch (error) {
    if (!isCommitting) for (const file of files) await file.erase();
    throw error;
  }
}
