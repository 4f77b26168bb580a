import { stateDigest } from '@recapito/messaging';
import type { Standing } from '@recapito/messaging';
import { Prisma } from './generated/client.ts';
import type { Tx } from './tx.ts';

/** The last sequence numbers published about a holder, on each of the two topics. */
export interface HolderSequences {
  readonly sequence: number;
  readonly directorySequence: number;
}

/** The last directory record of a holder, as a census counts it. */
export interface CountedRecord extends Standing {
  readonly boxes: number;
}

/** A holder whose lock is held. */
export interface LockedHolder extends HolderSequences {
  readonly directoryEpoch: number;
  /** The epoch of the database. It cannot be raised before the transaction ends. */
  readonly epoch: number;
  /** After a restore it is not known how the holder's boxes stand: nobody changes them before an operator has decided. */
  readonly undecided: boolean;
}

/** Part of a statement that reads `holder`: whether a forgotten fact about them, or one that contests their address, is open. */
export const undecidedSql = Prisma.sql`
  EXISTS (SELECT FROM forgotten_fact
          WHERE closed_at IS NULL
            AND (topic IN ('mailbox.mailboxes.v1', 'mailbox.directory.v1') AND key = holder.id::text
                 OR forgotten_fact.id = holder.contested_by))`;

/** Makes a holder known unless they are, and waits for every other change to their boxes to end. */
export async function lockHolder(tx: Tx, holder: string): Promise<LockedHolder> {
  const [row] = await tx.$queryRaw<LockedHolder[]>`
    INSERT INTO holder (id) VALUES (${holder}::uuid)
    ON CONFLICT (id) DO UPDATE SET id = excluded.id
    RETURNING sequence, directory_sequence AS "directorySequence", directory_epoch::float8 AS "directoryEpoch",
              coalesce((SELECT epoch FROM epoch), 0)::float8 AS epoch,
              ${undecidedSql} AS undecided`;
  if (row === undefined) throw new Error('an insert gave no row back');
  return row;
}

/** Whether it is not known how the boxes of a holder stand: the database went back, and nobody has decided about them. */
export async function isUndecided(tx: Tx, holder: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ undecided: boolean }[]>`
    SELECT ${undecidedSql} AS undecided FROM holder WHERE id = ${holder}::uuid`;
  return row?.undecided ?? false;
}

/** Saves the last directory record of the holder and `sequence`; the caller must hold the holder's lock. */
export async function saveRecord(
  tx: Tx,
  holder: string,
  { epoch, number, boxes }: CountedRecord,
  sequence: number | null = null,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE holder SET sequence = coalesce(${sequence}::int, sequence), directory_epoch = ${String(epoch)}::bigint,
                      directory_sequence = ${number}, directory_boxes = ${boxes}, counted_sequence = ${number},
                      directory_digest = ${String(stateDigest(holder, { epoch, number }))}::numeric
    WHERE id = ${holder}::uuid`;
}
