import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Database, DueWork, SuiteClock, Sweep } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import { MailParts } from '../application/mail-parts.ts';
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
    if (performance.now() - this.#orphansAt > orphansEveryMs) await this.#eraseOrphans();
  }

  /** Erases files for which no row answers after an hour of system time: their transaction never committed. */
  async #eraseOrphans(): Promise<void> {
    this.#orphansAt = performance.now();
    const old = await this.parts.quarantine.olderThan(hourMs);
    const kept = await keptAmong(this.database.client, old);
    for (const name of old) if (!kept.has(name)) await this.parts.quarantine.erase(name);
  }
}
