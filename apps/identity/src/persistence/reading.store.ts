import { personalDataRead } from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import type { Tx } from './tx.ts';

/**
 * Tells that somebody read something personal, in the transaction in which it is handed out.
 * @rule PERSONAL-DATA-READ
 */
export async function tellOfReading(tx: Tx, time: Instant, data: DataOf<typeof personalDataRead>): Promise<void> {
  const [row] = await tx.$queryRaw<{ sequence: number }[]>`
    INSERT INTO reader AS r (name, sequence) VALUES (${data.reader}, 1)
    ON CONFLICT (name) DO UPDATE SET sequence = r.sequence + 1 RETURNING sequence`;
  if (row === undefined) throw new Error('a reader gave no number');
  await append(tx, personalDataRead, { key: data.reader, sequence: row.sequence, time, data });
}
