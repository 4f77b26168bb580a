import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { currentEpoch } from '@recapito/messaging';
import { Database, DueWork, SuiteClock, Sweep } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import { MailParts } from '../application/mail-parts.ts';
import { sweepOrphans } from '../application/sweep-orphans.ts';
import { OrphanWatch } from '../files/orphan-watch.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import {
  earliestToErase,
  keptAmong,
  quarantineToErase,
  recordErasedQuarantine,
} from '../persistence/quarantine.store.ts';

const batch = 100;
const everyMs = 1_000;
const hourMs = 3_600_000;
const orphansEveryMs = 600_000;
/** Thirty months of 31 days: rather longer than shorter. */
const thirtyMonthsMs = 30 * 31 * 24 * hourMs;

/** Erases infected messages when their thirty months are over. // VIRUS-KEPT-30-MONTHS */
@Injectable()
export class ClearQuarantine implements OnServiceStart, OnModuleDestroy {
  readonly #sweep = new Sweep((signal) => this.run(signal), { name: 'quarantine', everyMs });
  #orphansAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly parts: MailParts,
    private readonly dueWork: DueWork,
    private readonly watch: OrphanWatch,
  ) {}

  async onServiceStart(): Promise<void> {
    await this.parts.quarantine.prepare();
    this.dueWork.register(() => earliestToErase(this.database.client));
    this.#sweep.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#sweep.stop();
  }

  /** Erases what is due by the suite clock. */
  async run(signal?: AbortSignal): Promise<void> {
    const { client } = this.database;
    const at = this.clock.now();
    for (;;) {
      const due = await quarantineToErase(client, at, batch);
      for (const id of due) await this.parts.quarantine.erase(id);
      await recordErasedQuarantine(client, due, at);
      if (due.length < batch || signal?.aborted === true) break;
    }
    if (performance.now() - this.#orphansAt > orphansEveryMs) await this.#sweepOrphans();
  }

  /** As of the spool; but what may be the evidence of a virus is kept for thirty months. // VIRUS-KEPT-30-MONTHS */
  async #sweepOrphans(): Promise<void> {
    this.#orphansAt = performance.now();
    const { client } = this.database;
    const { files } = this.parts.quarantine;
    const epoch = await currentEpoch(client);
    await files.enter(epoch);
    const inUse = (names: readonly string[]) => keptAmong(client, names);
    const found = await sweepOrphans(files, { inUse, epoch, olderThanMs: hourMs, keptMs: thirtyMonthsMs });
    this.watch.saw('quarantine', { ...found, setAside: found.setAside.length });
  }
}
