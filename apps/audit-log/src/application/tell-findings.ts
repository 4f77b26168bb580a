import { lateSwitchFound, moveCompleted } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import { derivedId } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import type { RecordToAppend } from './append-records.ts';
import { lateSwitchIn } from './late-switch.ts';

/** Tells whoever watches what the records of a batch, each seen for the first time, show to be amiss. */
export async function tellFindings(
  tx: BulkTransaction,
  { records, at }: { readonly records: readonly RecordToAppend[]; readonly at: Instant },
): Promise<void> {
  for (const { record } of records) {
    const { topic, headers, value } = record;
    if (topic !== moveCompleted.topic) continue;
    const type = new TextDecoder().decode(headers.find(([name]) => name === 'ce_type')?.[1] ?? undefined);
    const late = lateSwitchIn(type, value);
    if (late === null) continue;
    const { campaign, move, holder, confirmedAt, completedAt } = late;
    const finding = derivedId('late-switch', move);
    const data = { finding, campaign, move, holder, confirmedAt, completedAt };
    await append(tx, lateSwitchFound, { key: finding, sequence: 1, time: at, data });
  }
}
