import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { Database } from '@recapito/database';
import { DueWork, SuiteClock } from '@recapito/platform';
import type { ClosedDoors, Logger, OnServiceStart } from '@recapito/platform';
import { dueToVoid, nextVoiding, voidEnrolment } from '../application/void-enrolments.ts';
import type { PrismaClient } from '../persistence/tx.ts';

const chunk = 100;

/** Writes down which enrolments ended at their bound, some time after it; what it finds late was over all the same. */
@Injectable()
export class VoidEnrolments implements OnServiceStart, OnModuleDestroy {
  readonly #loop: BackgroundLoop;

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly dueWork: DueWork,
    private readonly options: {
      readonly logger: Logger;
      readonly everyMs: number;
      readonly lockPatienceMs: number;
      readonly doors: ClosedDoors;
    },
  ) {
    this.#loop = new BackgroundLoop((signal) => this.run(signal), { name: 'void-enrolments', ...options });
    dueWork.register(() => nextVoiding(database.client));
  }

  onServiceStart(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** Voids whatever is due by the suite clock, one transaction each. */
  async run(signal?: AbortSignal): Promise<void> {
    const at = this.clock.now();
    const { lockPatienceMs } = this.options;
    await this.dueWork.during(async () => {
      for (;;) {
        const due = await dueToVoid(this.database.client, at, chunk);
        if (due.length === 0 || signal?.aborted) return;
        for (const enrolment of due)
          await this.database.transaction((tx) => voidEnrolment(tx, { enrolment, at, lockPatienceMs }));
      }
    });
  }
}
