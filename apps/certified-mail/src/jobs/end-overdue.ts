import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { Database } from '@recapito/database';
import { ClosedDoors, SuiteClock } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import { endExhaustedPlacement, endExhaustedReceipt, publishOverdue } from '../application/delivery/end-overdue.ts';
import type { Overdue } from '../application/delivery/end-overdue.ts';
import { Installation } from '../programme/installation.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { exhaustedPlacements, exhaustedReceipts, overdueReceipts } from '../persistence/overdue.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { ClockGuard } from '../time/clock-guard.ts';

const batch = 100;
const everyMs = 5_000;

type Find = (tx: Tx, limit: number) => Promise<bigint[]>;
type End = (tx: Tx, installation: Installation, overdue: Overdue) => Promise<unknown>;

/** What becomes of receipts, notices and placements that wait for too long, in this order. */
const steps: readonly (readonly [Find, End])[] = [
  [overdueReceipts, publishOverdue],
  [exhaustedReceipts, endExhaustedReceipt],
  [exhaustedPlacements, endExhaustedPlacement],
];

/**
 * Publishes which receipts and notices are overdue, and ends what has been tried for five days.
 * @rule OVERDUE-ENDS
 */
@Injectable()
export class EndOverdue implements OnServiceStart, OnModuleDestroy {
  readonly #logger = new Logger('overdue');
  readonly #loop: BackgroundLoop;

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly installation: Installation,
    private readonly clockGuard: ClockGuard,
    doors: ClosedDoors,
  ) {
    this.#loop = new BackgroundLoop((signal) => this.run(signal), { name: 'overdue', everyMs, doors });
  }

  onServiceStart(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** Looks once, and ends what is to be ended; what is beyond a batch is left to the next look. */
  async run(signal?: AbortSignal): Promise<void> {
    // By a wrong clock nothing is too old. @rule CLOCK-ONE-SECOND
    if (!this.clockGuard.mayCertify) return;
    for (const [find, end] of steps)
      for (const id of await find(this.database.client, batch)) {
        if (signal?.aborted) return;
        await this.#end(end, id);
      }
  }

  /** One row that fails stays; the others go on. */
  async #end(end: End, id: bigint): Promise<void> {
    const at = this.clock.now();
    try {
      await this.database.transaction((tx) => end(tx, this.installation, { id, at }));
      this.#logger.warn({
        event: 'row-overdue',
        message: 'an emission or placement is overdue',
        step: end.name,
        row: String(id),
      });
    } catch (error) {
      this.#logger.error({
        err: error,
        row: String(id),
        event: 'row-overdue-failed',
        message: 'an overdue emission or placement could not be ended; retried',
      });
    }
  }
}
