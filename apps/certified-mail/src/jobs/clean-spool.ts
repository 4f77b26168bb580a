import { Injectable } from '@nestjs/common';
import { Database, SuiteClock } from '@recapito/platform';
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

/** Erases what nobody needs any more: content lives no longer than its last outcome. // SPOOL-ERASED */
@Injectable()
export class CleanSpool {
  #orphansAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly spool: Spool,
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

  /** Erases files that no row answers for after an hour of system time: their transaction never committed. */
  async eraseOrphans(olderThanMs = hourMs): Promise<void> {
    this.#orphansAt = performance.now();
    const old = await this.spool.olderThan(olderThanMs);
    const used = await namesInUse(this.database.client, old);
    for (const name of old) if (!used.has(name)) await this.spool.erase(name);
  }
}
