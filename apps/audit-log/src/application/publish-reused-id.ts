import { idReusedFound } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import { derivedId } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import type { ReadRecord } from './read-record.ts';

/** Publishes the finding that a record has the id of an earlier, different one; `entry` is the index of its entry. */
export async function publishReusedId(
  tx: BulkTransaction,
  { record, entry, at }: { readonly record: ReadRecord; readonly entry: number; readonly at: Instant },
): Promise<void> {
  const { id, fingerprint } = record;
  const { topic, partition, offset } = record.record;
  const finding = derivedId('id-reused', topic, id, Buffer.from(fingerprint).toString('hex'));
  const data = { finding, topic, partition, offset, id, entry };
  await append(tx, idReusedFound, { key: finding, sequence: 1, time: at, data });
}
