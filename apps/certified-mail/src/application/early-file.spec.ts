import { describe, expect, test } from '@jest/globals';
import type { Database } from '@recapito/database';
import type { PrismaClient } from '../persistence/generated/client.ts';
import type { Tx } from '../persistence/tx.ts';
import { EarlyFile, namingNone, transactionAfterFiles } from './early-file.ts';

/** Files in memory. */
class Files {
  readonly kept = new Map<string, Buffer>();
  isStuck = false;

  write(name: string, bytes: Buffer): Promise<string> {
    this.kept.set(name, bytes);
    return Promise.resolve('ab12');
  }

  erase(name: string): Promise<void> {
    if (this.isStuck) return Promise.reject(new Error('EIO'));
    this.kept.delete(name);
    return Promise.resolve();
  }
}

type Transactions = Pick<Database<PrismaClient>, 'transaction'>;

/** Runs the work once, and commits unless told what goes wrong then. */
function transactions(commit: () => Promise<void> = () => Promise.resolve()): Transactions {
  return {
    transaction: async (work) => {
      const answer = await work({} as Tx);
      await commit();
      return answer;
    },
  };
}

function twoFiles(): { files: Files; first: EarlyFile; second: EarlyFile } {
  const files = new Files();
  const [first, second] = [
    new EarlyFile('first', Buffer.from('Uno'), files),
    new EarlyFile('second', Buffer.from('Due'), files),
  ];
  return { files, first, second };
}

// @rule SPOOL-BEFORE-ROW
describe('files that were written before the transaction', () => {
  test('stay when a row names them, and go when none does', async () => {
    const { files, first, second } = twoFiles();
    const work = () => Promise.resolve({ answer: 'taken', named: [first] });
    expect(await transactionAfterFiles(transactions(), [first, second], work)).toBe('taken');
    expect([...files.kept.keys()]).toEqual(['first']);
  });

  test('go when the work throws: nothing was committed', async () => {
    const { files, first, second } = twoFiles();
    const work = () => Promise.reject(new Error('come again'));
    await expect(transactionAfterFiles(transactions(), [first, second], work)).rejects.toThrow('come again');
    expect(files.kept.size).toBe(0);
  });

  test('stay when the commit fails: it may have happened all the same', async () => {
    const { files, first } = twoFiles();
    const lost = transactions(() => Promise.reject(new Error('the connection was lost')));
    const work = () => Promise.resolve({ answer: 'taken', named: [first] });
    await expect(transactionAfterFiles(lost, [first], work)).rejects.toThrow('the connection was lost');
    expect(files.kept.has('first')).toBe(true);
  });

  test('go when the work is begun anew after a conflict, and then throws', async () => {
    const { files, first } = twoFiles();
    let attempts = 0;
    const twice: Transactions = {
      transaction: async (work) => {
        await work({} as Tx);
        return await work({} as Tx);
      },
    };
    const work = () => {
      attempts += 1;
      if (attempts === 2) throw new Error('held meanwhile');
      return Promise.resolve({ answer: 'taken', named: [first] });
    };
    await expect(transactionAfterFiles(twice, [first], work)).rejects.toThrow('held meanwhile');
    expect(files.kept.has('first')).toBe(false);
  });

  test('change no answer when they cannot be erased', async () => {
    const { files, first } = twoFiles();
    files.isStuck = true;
    const work = () => Promise.resolve(namingNone('repeated'));
    expect(await transactionAfterFiles(transactions(), [first], work)).toBe('repeated');
    expect(files.kept.has('first')).toBe(true);
  });

  // @rule ORPHANS-TOO-MANY
  test('are at most four at a time, so that a killed process leaves fewer without a row than stop the sweep', async () => {
    const files = new Files();
    const release = Promise.withResolvers<void>();
    const work = async () => {
      await release.promise;
      return namingNone('refused');
    };
    const runs = Array.from({ length: 9 }, (_, nth) =>
      transactionAfterFiles(transactions(), [new EarlyFile(`file-${nth}`, Buffer.from('x'), files)], work),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(files.kept.size).toBe(4);
    release.resolve();
    expect(await Promise.all(runs)).toEqual(Array.from({ length: 9 }, () => 'refused'));
    expect(files.kept.size).toBe(0);
  });
});
