import { Injectable, Logger } from '@nestjs/common';
import { currentEpoch } from '@recapito/messaging';
import { Database, SuiteClock } from '@recapito/platform';
import { sweepOrphans } from '../application/sweep-orphans.ts';
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

const batch = 100;
const hourMs = 3_600_000;
const orphansEveryMs = 600_000;
const thirtyDaysMs = 30 * 24 * hourMs;

/** Erases what nobody needs any more: content lives no longer than its last outcome. // SPOOL-ERASED */
@Injectable()
export class CleanSpool {
  readonly #logger = new Logger(CleanSpool.name);
  #orphansAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly spool: Spool,
    private readonly watch: OrphanWatch,
  ) {}

  async clean(): Promise<void> {
    const { client } = this.database;
    const submissions = await submissionsToErase(client, batch);
    const arrivals = await arrivalsToErase(client, batch);
    for (const name of [...submissions, ...arrivals]) await this.spool.erase(name);
    if (submissions.length > 0) await recordErasedSubmissions(client, submissions, this.clock.now());
    if (arrivals.length > 0) await recordErasedArrivals(client, arrivals, this.clock.now());
    if (performance.now() - this.#orphansAt > orphansEveryMs) await this.eraseOrphans();
  }

  /** Sets files aside that no row names, and erases those of this epoch that were set aside thirty days ago. */
  async eraseOrphans(olderThanMs = hourMs): Promise<void> {
    this.#orphansAt = performance.now();
    const { client } = this.database;
    const epoch = await currentEpoch(client);
    await this.spool.enter(epoch);
    const inUse = (names: readonly string[]) => namesInUse(client, names);
    const found = await sweepOrphans(this.spool, { inUse, epoch, olderThanMs, keptMs: thirtyDaysMs });
    this.watch.saw('spool', { ...found, setAside: found.setAside.length });
    for (const file of found.setAside) this.#logger.warn(`${file}, which no row names, was set aside in orphans/`);
    if (found.tooMany > 0)
      this.#logger.error(
        `${found.tooMany} files have no row: spool and database do not belong together, nothing is moved`,
      );
  }
}
