import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Sweep } from '@recapito/platform';
import type { Database, DueWork, Health, Metrics, OnServiceStart, SuiteClock } from '@recapito/platform';
import { signCheckpoint } from '../application/sign-checkpoint.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { unsigned } from '../persistence/tree.store.ts';
import type { CheckpointKey } from '../sealing/checkpoint-key.ts';

/** What the signing stands on. */
export interface SigningParts {
  readonly database: Database<PrismaClient>;
  readonly clock: SuiteClock;
  readonly dueWork: DueWork;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly key: CheckpointKey;
}

/** Looks for entries of other processes; those of this process wake it. An entry waits less than a second. */
const everyMs = 800;
/** Entries that come within this time share a checkpoint. */
const gatherMs = 60;

/** Entries that have waited longer mean that the tree does not grow. */
const lateMs = 5_000;

/** Lets the tree follow the entries: within a second of its commit every entry stands under a signed checkpoint. */
@Injectable()
export class SignCheckpoints implements OnServiceStart, OnModuleDestroy {
  readonly #sweep: Sweep;
  #gathering: NodeJS.Timeout | undefined;

  constructor(private readonly parts: SigningParts) {
    const { database, clock, dueWork, health, metrics } = parts;
    this.#sweep = new Sweep((signal) => this.run(signal), { name: 'sign-checkpoints', everyMs });
    dueWork.register(async () => ((await unsigned(database.client)).entries > 0 ? clock.now() : null));
    health.register('tree', async () => {
      const { entries, ageMs } = await unsigned(database.client);
      return { state: ageMs > lateMs ? 'degraded' : 'ok', ageMs, unsigned: entries };
    });
    metrics.gauge('recapito_trace_unsigned_count', 'Entries that no checkpoint covers yet', [], async (gauge) =>
      gauge.set((await unsigned(database.client)).entries),
    );
    metrics.gauge(
      'recapito_trace_unsigned_seconds',
      'Age of the oldest entry without a checkpoint',
      [],
      async (gauge) => gauge.set((await unsigned(database.client)).ageMs / 1000),
    );
  }

  onServiceStart(): void {
    this.#sweep.start();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.#gathering);
    await this.#sweep.stop();
  }

  /** Signs what has been appended, together with what comes in the next moment. */
  signSoon(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#sweep.wake();
    }, gatherMs);
  }

  /** Signs until every entry that is there is covered. */
  async run(signal?: AbortSignal): Promise<void> {
    const { database, clock, dueWork, key } = this.parts;
    if ((await unsigned(database.client)).entries === 0) return;
    await dueWork.during(async () => {
      for (;;) {
        const at = clock.now();
        const head = await database.transaction((tx) => signCheckpoint(tx, { key, at }));
        if (head === null || signal?.aborted) return;
      }
    });
  }
}
