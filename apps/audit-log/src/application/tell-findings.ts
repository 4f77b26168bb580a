import { lateSwitchFound, moveCompleted } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { RawRecord } from '@recapito/messaging';
import { derivedId } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { lateSwitchIn } from './late-switch.ts';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';

/** Tells whoever watches what the records of a batch, each seen for the first time, show to be amiss. */
export async function tellFindings(tx: BulkTransaction, records: readonly RawRecord[], at: Instant): Promise<void> {
  for (const { topic, headers, value } of records) {
    if (topic !== moveCompleted.topic) continue;
    const type = headers.find(([name]) => name === 'ce_type')?.[1].toString() ?? '';
    const late = lateSwitchIn(type, value);
    if (late === null) continue;
    const { campaign, move, holder, confirmedAt, completedAt } = late;
    const finding = derivedId('late-switch', move);
    const data = { finding, campaign, move, holder, confirmedAt, completedAt };
    await append(tx, lateSwitchFound, { key: finding, sequence: 1, time: at, data });
  }
}
