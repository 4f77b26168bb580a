import type { Tx } from './tx.ts';

/** How far the facts of a holder have been told on each of the two topics that are about them. */
export interface HolderSequences {
  readonly sequence: number;
  readonly directorySequence: number;
}

/** Makes a holder known unless they are, and waits for every other change to their boxes to end. */
export async function lockHolder(tx: Tx, holder: string): Promise<HolderSequences> {
  const [row] = await tx.$queryRaw<HolderSequences[]>`
    INSERT INTO holder (id) VALUES (${holder}::uuid)
    ON CONFLICT (id) DO UPDATE SET id = excluded.id
    RETURNING sequence, directory_sequence AS "directorySequence"`;
  if (row === undefined) throw new Error('an insert gave no row back');
  return row;
}

/**
 * Keeps how far the holder's facts have been told; only whoever holds the holder's lock may call it. The epoch is that of
 * the records that this transaction has appended: it cannot be raised before the transaction ends.
 */
export async function keepSequences(tx: Tx, holder: string, told: HolderSequences): Promise<void> {
  await tx.$executeRaw`
    UPDATE holder SET sequence = ${told.sequence}, directory_sequence = ${told.directorySequence},
                      directory_epoch = coalesce((SELECT epoch FROM epoch), 0)
    WHERE id = ${holder}::uuid`;
}
