import type { Instant } from '@recapito/primitives';
import { inChunks } from '../cohort-file/in-chunks.ts';
import { readCohort } from '../cohort-file/read-cohort.ts';
import type { Campaign } from '../domain/campaign.ts';
import type { Fault } from '../domain/cohort-row.ts';
import type { LoadCounts } from '../persistence/load.store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { sortRows } from './sort-rows.ts';
import type { Met } from './sort-rows.ts';

/** What a cohort would bring: its counts, and the first faults. */
export interface DryRun extends LoadCounts {
  readonly faults: readonly (Fault & { readonly riga: number })[];
}

const faultsShown = 100;

/** What would happen if the cohort in `file` were loaded into the campaign now; nothing changes. */
export async function dryRun(tx: Tx, campaign: Campaign, file: string, at: Instant): Promise<DryRun> {
  const met: Met = new Map();
  let [rows, accepted, rejected, unchanged] = [0, 0, 0, 0];
  const faults: (Fault & { riga: number })[] = [];
  for await (const chunk of inChunks(readCohort(file), 500)) {
    const sorted = await sortRows(tx, campaign, 'dry-run', chunk, at, met);
    rows += chunk.length;
    accepted += sorted.accepted.length;
    rejected += sorted.rejected.length;
    unchanged += sorted.unchanged.length + sorted.planned.length;
    for (const row of sorted.rejected)
      for (const fault of row.faults) if (faults.length < faultsShown) faults.push({ riga: row.line, ...fault });
  }
  return { rows, accepted, rejected, unchanged, faults };
}
