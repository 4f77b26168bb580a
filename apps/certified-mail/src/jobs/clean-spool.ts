import { Injectable } from '@nestjs/common';
import { Database } from '@recapito/database';
import { SuiteClock } from '@recapito/platform';
import { OrphanWatch } from '../files/orphan-watch.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import {
  arrivalsToErase,
  namesInUse,
  recordErasedArrivals,
  recordErasedSubmissions,
  submissionsToErase,
} from '../persistence/spool-file.store.ts';
import { Spool } from '../files/spool.ts';
import { OrphanSweep } from './orphan-sweep.ts';

const batch = 100;
const thirtyDaysMs = 30 * 86_400_000;

/**
 * Erases what nobody needs any more: content lives no longer than its last outcome.
 * @rule SPOOL-ERASED
 */
@Injectable()
export class CleanSpool {
  readonly #orphans: OrphanSweep;

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly spool: Spool,
    watch: OrphanWatch,
  ) {
    const rules = { folder: 'spool', files: () => spool, inUse: namesInUse, keptMs: thirtyDaysMs } as const;
    this.#orphans = new OrphanSweep(rules, watch);
  }

  async clean(): Promise<void> {
    const { client } = this.database;
    const submissions = await submissionsToErase(client, batch);
    const arrivals = await arrivalsToErase(client, batch);
    for (const name of [...submissions, ...arrivals]) await this.spool.erase(name);
    if (submissions.length > 0) await recordErasedSubmissions(client, submissions, this.clock.now());
    if (arrivals.length > 0) await recordErasedArrivals(client, arrivals, this.clock.now());
    await this.#orphans.sweepWhenDue(client);
  }
}
