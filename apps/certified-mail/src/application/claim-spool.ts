import { randomUUID } from 'node:crypto';
import type { Spool } from '../files/spool.ts';
import { addSpoolMark, lockSpoolMark } from '../persistence/spool-file.store.ts';
import type { Tx } from '../persistence/tx.ts';

/**
 * Makes sure that a folder is the spool of this database, by a mark that both hold. Another folder would have every message
 * that is on its way taken for lost: one that was not mounted, or that belongs to one of several processes alone. Where
 * neither holds a mark, both get one.
 * @throws Error when the folder lacks the mark of the database, or holds another
 * @rule SPOOL-OF-DATABASE
 */
export async function claimSpool(tx: Tx, spool: Pick<Spool, 'mark' | 'putMark'>): Promise<void> {
  const known = await lockSpoolMark(tx);
  const found = await spool.mark();
  if (known === null) {
    const mark = found ?? randomUUID();
    if (found === null) await spool.putMark(mark);
    await addSpoolMark(tx, mark);
  } else if (found !== known)
    throw new Error(
      `the folder of this process holds another spool than the database knows: the file spool.mark in it should say ${known}. ` +
        'Mount the folder that all processes share; where its content is lost, write that line into the file',
    );
}
