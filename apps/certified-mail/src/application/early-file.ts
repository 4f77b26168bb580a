import { Logger } from '@nestjs/common';
import type { Database } from '@recapito/platform';
import type { PrismaClient } from '../persistence/generated/client.ts';
import type { Tx } from '../persistence/tx.ts';

/** Where files lie that rows name: the spool, the quarantine. */
export interface FileStore {
  /** @returns the SHA-256 of the file, in hex */
  write(name: string, bytes: Buffer): Promise<string>;
  erase(name: string): Promise<void>;
}

/** A file that is on the disk before the transaction begins in which a row may name it. */
export interface EarlyFile {
  readonly name: string;
  readonly sha256: string;
  /** The message that lies in it. */
  readonly bytes: Buffer;
  readonly store: Pick<FileStore, 'erase'>;
}

/** @throws Unavailable when there is no room for it */
export async function writeEarly(store: FileStore, name: string, bytes: Buffer): Promise<EarlyFile> {
  return { name, sha256: await store.write(name, bytes), bytes, store };
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
 * Runs the transaction for which files were written. They are written before it, so that no row stays locked while the disk
 * works, and not again when the transaction is begun anew.
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
  let isCommitting = false;
  try {
    const { answer, named } = await database.transaction(async (tx) => {
      isCommitting = false;
      const done = await work(tx);
      isCommitting = true;
      return done;
    });
    await eraseEarly(files.filter((file) => !named.includes(file)));
    return answer;
  } catch (error) {
    if (!isCommitting) await eraseEarly(files);
    throw error;
  }
}

const logger = new Logger('early-file');

/** Erases files that no row names. One that cannot be erased changes no answer: the sweep of orphans finds it. */
export async function eraseEarly(files: readonly EarlyFile[]): Promise<void> {
  for (const { name, store } of files)
    await store.erase(name).catch((error: unknown) => {
      logger.warn({
        event: 'early-file-not-erased',
        file: name,
        err: error,
        message: 'a file that no row names could not be erased: the sweep of orphans will set it aside',
      });
    });
}
