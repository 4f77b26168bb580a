import { Logger } from '@nestjs/common';
import { currentEpoch } from '@recapito/messaging';
import { sweepOrphans } from '../application/sweep-orphans.ts';
import type { OrphanRules } from '../application/sweep-orphans.ts';
import type { OrphanWatch, SweptFolder } from '../files/orphan-watch.ts';
import type { Spool } from '../files/spool.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';

const everyMs = 600_000;
const hourMs = 3_600_000;

/** The folder that is swept, and how long an orphan of it is kept. */
export interface SweptFiles extends Pick<OrphanRules, 'keptMs'> {
  readonly folder: SweptFolder;
  /** Asked for at each sweep: a folder may be prepared after this is made. */
  readonly files: () => Spool;
  /** The names among these that rows speak of. */
  readonly inUse: (client: PrismaClient, names: readonly string[]) => Promise<ReadonlySet<string>>;
}

/**
 * Sets files aside that no row names, every ten minutes, and says so in log, health and metrics.
 * @rule ORPHAN-ASIDE
 */
export class OrphanSweep {
  readonly #logger = new Logger(OrphanSweep.name);
  readonly #swept: SweptFiles;
  readonly #watch: OrphanWatch;
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(swept: SweptFiles, watch: OrphanWatch) {
    this.#swept = swept;
    this.#watch = watch;
  }

  /** Sweeps when ten minutes have passed since the last sweep. */
  async sweepWhenDue(client: PrismaClient): Promise<void> {
    if (performance.now() - this.#sweptAt <= everyMs) return;
    this.#sweptAt = performance.now();
    const { folder, inUse, keptMs } = this.#swept;
    const files = this.#swept.files();
    const epoch = await currentEpoch(client);
    await files.enter(epoch);
    const rules = { inUse: (names: readonly string[]) => inUse(client, names), epoch, olderThanMs: hourMs, keptMs };
    const found = await sweepOrphans(files, rules);
    this.#watch.record(folder, { ...found, setAside: found.setAside.length });
    for (const file of found.setAside)
      this.#logger.warn({
        event: 'orphan-file-set-aside',
        folder,
        file,
        message: 'an orphan file without a database row was moved to orphans/',
      });
    if (found.tooMany > 0)
      this.#logger.error({
        event: 'orphan-files-too-many',
        folder,
        files: found.tooMany,
        message: 'too many orphan files: folder and database do not belong together, nothing is moved',
      });
  }
}
