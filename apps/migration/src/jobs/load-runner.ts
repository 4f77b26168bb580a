import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { Database } from '@recapito/database';
import { ClosedDoors, DueWork, JobWakes, SuiteClock } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import { endLoad, planRows } from '../application/plan-rows.ts';
import { inChunks } from '../cohort-file/in-chunks.ts';
import { readCohort } from '../cohort-file/read-cohort.ts';
import { HolderKey } from '../holder-key.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { unfinishedLoads } from '../persistence/load.store.ts';
import type { Load } from '../persistence/load.store.ts';

const rowsPerTransaction = 500;

/** Reads received cohorts into moves, one after the other. A new one wakes it; a sweep finds what a crash left. */
@Injectable()
export class LoadRunner implements OnServiceStart, OnModuleDestroy {
  readonly #loop: BackgroundLoop;
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #holderKey: HolderKey;

  constructor(
    database: Database<PrismaClient>,
    clock: SuiteClock,
    dueWork: DueWork,
    holderKey: HolderKey,
    doors: ClosedDoors,
    wakes: JobWakes,
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#holderKey = holderKey;
    this.#loop = new BackgroundLoop((signal) => dueWork.during(() => this.#readAll(signal)), { name: 'loads', doors });
    wakes.register('loads', this.#loop.wake);
    dueWork.count(async () => ({ 'loads.unfinished': (await unfinishedLoads(database.client)).length }));
  }

  onServiceStart(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  async #readAll(signal: AbortSignal): Promise<void> {
    for (const load of await unfinishedLoads(this.#database.client)) {
      if (signal.aborted) return;
      await this.#read(load, signal);
    }
  }

  async #read(load: Load, signal: AbortSignal): Promise<void> {
    for await (const rows of inChunks(readCohort(load.file), rowsPerTransaction)) {
      if (signal.aborted) return;
      const chunk = { load: load.id, rows, holderKey: this.#holderKey.bytes };
      await this.#database.transaction((tx) => planRows(tx, chunk, this.#clock.now()));
    }
    await this.#database.transaction((tx) => endLoad(tx, load.id, this.#clock.now()));
  }
}
