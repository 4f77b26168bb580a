import { Injectable } from '@nestjs/common';
import { Health, Metrics } from '@recapito/platform';
import type { Finding } from '@recapito/platform';

/** The folders whose files have rows. */
export type SweptFolder = 'spool' | 'quarantine';

interface Seen {
  readonly tooMany: number;
  readonly kept: number;
  readonly setAsideAt: number | null;
}

const dayMs = 86_400_000;

/**
 * Says in health and metrics which files have no row: an operator looks at them before their time is over.
 * @rule ORPHAN-ASIDE
 */
@Injectable()
export class OrphanWatch {
  readonly #seen = new Map<SweptFolder, Seen>();

  constructor(health: Health, metrics: Metrics) {
    health.register('orphans', () => this.#check());
    const help =
      'Files that no row names: those that were set aside, and those left in place because they are too many';
    metrics.gauge('recapito_orphan_files', help, ['folder', 'where'], (gauge) => {
      for (const [folder, { kept, tooMany }] of this.#seen) {
        gauge.set({ folder, where: 'aside' }, kept);
        gauge.set({ folder, where: 'in-place' }, tooMany);
      }
    });
  }

  record(folder: SweptFolder, { tooMany, kept, setAside }: { tooMany: number; kept: number; setAside: number }): void {
    const before = this.#seen.get(folder)?.setAsideAt ?? null;
    this.#seen.set(folder, { tooMany, kept, setAsideAt: setAside > 0 ? Date.now() : before });
  }

  /** Degraded for a day after a file was set aside, and while files and database do not belong together. */
  #check(): Finding {
    const all = [...this.#seen.values()];
    const tooMany = all.reduce((sum, seen) => sum + seen.tooMany, 0);
    const aside = all.reduce((sum, seen) => sum + seen.kept, 0);
    const lately = all.some(({ setAsideAt }) => setAsideAt !== null && Date.now() - setAsideAt < dayMs);
    if (tooMany > 0)
      return {
        state: 'degraded',
        aside,
        tooMany,
        reason: 'files and database do not belong together: nothing is moved',
      };
    return lately
      ? { state: 'degraded', aside, reason: 'files without a row were set aside in orphans/ within a day' }
      : { state: 'ok', aside };
  }
}
