import { Injectable } from '@nestjs/common';
import { Database } from '@recapito/database';
import { Health, Metrics, SuiteClock } from '@recapito/platform';
import type { Finding } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { countDue, dueKinds, oldestDue, waitingByProvider } from '../persistence/oldest-due.store.ts';
import { Installation } from '../programme/installation.ts';

/**
 * Shows in health and metrics how long the oldest due row of each kind has been waiting, and the oldest message for each
 * other provider. Health is degraded from `staleMs` on.
 * @rule DUE-ROWS-WATCHED
 */
@Injectable()
export class WatchDueRows {
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #installation: Installation;
  readonly #staleMs: number;

  constructor(
    parts: { database: Database<PrismaClient>; clock: SuiteClock; installation: Installation },
    { health, metrics }: { health: Health; metrics: Metrics },
    staleMs: number,
  ) {
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#installation = parts.installation;
    this.#staleMs = staleMs;
    health.register('due-rows', () => this.#checkRows());
    health.register('other-providers', () => this.#checkProviders());
    const rows = 'Seconds since the oldest row of a kind has been due, by the suite clock';
    metrics.gauge('recapito_oldest_due_seconds', rows, ['kind'], async (gauge) => {
      for (const [kind, ageMs] of Object.entries(await this.#ages())) gauge.set({ kind }, ageMs / 1_000);
    });
    metrics.gauge('recapito_due_rows', 'Rows of a kind that are due', ['kind'], async (gauge) => {
      const counts = await countDue(this.#database.client, this.#clock.now());
      for (const kind of dueKinds) gauge.set({ kind }, counts[kind]);
    });
    const waiting = 'Seconds since the oldest message for another provider has been waiting, after a try that failed';
    metrics.gauge('recapito_provider_waiting_seconds', waiting, ['provider'], async (gauge) => {
      gauge.reset();
      for (const { towards, ageMs } of await this.#waiting()) gauge.set({ provider: towards }, ageMs / 1_000);
    });
  }

  async #checkRows(): Promise<Finding> {
    const ages = await this.#ages();
    const oldest = Math.max(...Object.values(ages));
    return { state: oldest >= this.#staleMs ? 'degraded' : 'ok', ageMs: oldest, ...ages };
  }

  async #checkProviders(): Promise<Finding> {
    const waiting = (await this.#waiting()).filter(({ ageMs }) => ageMs >= this.#staleMs);
    const oldest = Math.max(0, ...waiting.map(({ ageMs }) => ageMs));
    const names = waiting.map(({ towards }) => towards).join(', ');
    return { state: waiting.length > 0 ? 'degraded' : 'ok', ageMs: oldest, ...(names !== '' && { waiting: names }) };
  }

  async #ages(): Promise<Record<string, number>> {
    const since = await oldestDue(this.#database.client, this.#clock.now());
    return Object.fromEntries(dueKinds.map((kind) => [kind, this.#ageOf(since[kind])]));
  }

  async #waiting(): Promise<{ towards: string; ageMs: number }[]> {
    const own = this.#installation.providers.map(({ name }) => name);
    const rows = await waitingByProvider(this.#database.client, own);
    return rows.map(({ towards, since }) => ({ towards, ageMs: this.#ageOf(since) }));
  }

  #ageOf(since: Instant | null): number {
    return since === null ? 0 : Math.max(0, this.#clock.now() - since);
  }
}
