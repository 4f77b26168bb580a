import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { Database } from '@recapito/database';
import { DueWork, SuiteClock } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import { Quarantine } from '../files/quarantine.ts';
import { OrphanWatch } from '../files/orphan-watch.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import {
  earliestToErase,
  keptAmong,
  quarantineToErase,
  recordErasedQuarantine,
} from '../persistence/quarantine.store.ts';
import { OrphanSweep } from './orphan-sweep.ts';

const batch = 100;
const everyMs = 1_000;
/** Thirty months of 31 days: rather longer than shorter. */
const thirtyMonthsMs = 30 * 31 * 86_400_000;

/**
 * Erases infected messages when their thirty months are over.
 * @rule VIRUS-KEPT-30-MONTHS
 */
@Injectable()
export class ClearQuarantine implements OnServiceStart, OnModuleDestroy {
  readonly #loop = new BackgroundLoop((signal) => this.run(signal), { name: 'quarantine', everyMs });
  /** What may be the evidence of a virus is kept as long as the quarantine. */
  readonly #orphans: OrphanSweep;

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly quarantine: Quarantine,
    private readonly dueWork: DueWork,
    watch: OrphanWatch,
  ) {
    const files = () => quarantine.files;
    const rules = { folder: 'quarantine', files, inUse: keptAmong, keptMs: thirtyMonthsMs } as const;
    this.#orphans = new OrphanSweep(rules, watch);
  }

  async onServiceStart(): Promise<void> {
    await this.quarantine.prepare();
    this.dueWork.register(() => earliestToErase(this.database.client));
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** Erases what is due by the suite clock. */
  async run(signal?: AbortSignal): Promise<void> {
    const { client } = this.database;
    const at = this.clock.now();
    for (;;) {
      const due = await quarantineToErase(client, at, batch);
      for (const id of due) await this.quarantine.erase(id);
      await recordErasedQuarantine(client, due, at);
      if (due.length < batch || signal?.aborted === true) break;
    }
    await this.#orphans.sweepWhenDue(client);
  }
}
