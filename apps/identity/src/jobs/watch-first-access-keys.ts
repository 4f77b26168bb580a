import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import type { Database } from '@recapito/database';
import type { Finding, Health, Logger, Metrics, OnServiceStart } from '@recapito/platform';
import { rowsByKey, unnamed } from '../persistence/queries/rows-by-key.ts';
import type { RowsOfKey } from '../persistence/queries/rows-by-key.ts';
import type { PrismaClient } from '../persistence/tx.ts';
import type { FirstAccessKeys } from '../secrets/first-access-keys.ts';

const everyMs = 3_600_000;

/** What the watch needs of the service. */
export interface WatchParts {
  readonly database: Database<PrismaClient>;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Says how much hangs on each key of first-access.key, at the start and every hour: a key may be taken out of the file when
 * nothing does. What hangs on one that is not there any more opens nothing, until it is issued anew.
 * @rule FIRST-ACCESS-KEYS
 */
@Injectable()
export class WatchFirstAccessKeys implements OnServiceStart, OnModuleDestroy {
  readonly #keys: FirstAccessKeys;
  readonly #parts: WatchParts;
  #rows: readonly RowsOfKey[] = [];
  readonly #loop: BackgroundLoop;

  constructor(keys: FirstAccessKeys, parts: WatchParts) {
    this.#keys = keys;
    this.#parts = parts;
    this.#loop = new BackgroundLoop(() => this.#count(), {
      name: 'first-access-keys',
      everyMs,
      firstAfterMs: everyMs,
      onFailure: (err) =>
        parts.logger.warn({ event: 'first-access-rows-not-counted', err }, 'the rows of keys cannot be counted'),
    });
    parts.health.register('first-access-keys', () => this.check());
    parts.metrics.gauge(
      'recapito_first_access_rows',
      'What hangs on each key of first-access.key, counted every hour',
      ['key', 'of'],
      (gauge) => {
        gauge.reset();
        for (const { key, of, rows } of this.#rows) gauge.set({ key, of }, rows);
      },
    );
  }

  async onServiceStart(): Promise<void> {
    await this.#count();
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** For `/health/ready`. */
  check(): Finding {
    const missing = this.#missing();
    return missing.length === 0 ? { state: 'ok' } : { state: 'degraded', missing: missing.join(', ') };
  }

  #missing(): string[] {
    const needed = this.#rows.filter(({ key }) => key !== unnamed && this.#keys.find(key) === undefined);
    return [...new Set(needed.map(({ key }) => key))].sort();
  }

  async #count(): Promise<void> {
    this.#rows = await rowsByKey(this.#parts.database.client);
    const missing = this.#missing();
    if (missing.length > 0)
      this.#parts.logger.error(
        { event: 'first-access-key-missing', missing },
        'secrets hang on keys that first-access.key does not hold any more: they open nothing until they are issued anew',
      );
  }
}
