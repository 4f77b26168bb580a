import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { Database } from '@recapito/database';
import { ClosedDoors, DueWork, Metrics, SuiteClock } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { Installation } from '../programme/installation.ts';
import { passTimeLimits } from '../application/delivery/pass-time-limits.ts';
import { earliestDeadline, messagesPastDeadline } from '../persistence/deadline.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { ClockGuard } from '../time/clock-guard.ts';

/** How many messages are looked for at a time. */
const batch = 100;
const everyMs = 1_000;

/**
 * Notifies senders of time limits that have passed. The deadlines are columns of the recipients' rows: nothing hangs on a timer,
 * and however many processes look, each notice is made once.
 */
@Injectable()
export class Deadlines implements OnServiceStart, OnModuleDestroy {
  readonly #logger = new Logger('deadlines');
  readonly #loop: BackgroundLoop;
  readonly #notices;
  #made = 0;

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly installation: Installation,
    private readonly dueWork: DueWork,
    private readonly clockGuard: ClockGuard,
    metrics: Metrics,
    doors: ClosedDoors,
  ) {
    this.#loop = new BackgroundLoop((signal) => this.run(signal), { name: 'deadlines', everyMs, doors });
    this.#notices = metrics.counter('recapito_time_limit_notices_total', 'Notices of time limits, by limit', [
      'limit',
      'outcome',
    ]);
  }

  onServiceStart(): void {
    this.dueWork.register(() => earliestDeadline(this.database.client));
    this.dueWork.count(() => ({ 'mail.limits': this.#made }));
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** Passes every limit that is due by the suite clock, one transaction for each message. */
  async run(signal?: AbortSignal): Promise<void> {
    // A limit that has passed by a wrong clock may not have passed. @rule CLOCK-ONE-SECOND
    if (!this.clockGuard.mayCertify) return;
    const at = this.clock.now();
    let after = '';
    for (;;) {
      const due = await messagesPastDeadline(this.database.client, at, after, batch);
      for (const identificativo of due) {
        if (signal?.aborted) return;
        await this.dueWork.during(() => this.#passLimits(identificativo, at));
      }
      if (due.length < batch) return;
      after = due.at(-1) ?? after;
    }
  }

  /** One message that fails stays due and is looked at again; the others go on. */
  async #passLimits(identificativo: string, at: Instant): Promise<void> {
    try {
      const passed = await this.database.transaction((tx) =>
        passTimeLimits(tx, this.installation, { identificativo, at }),
      );
      this.#made += passed.length;
      for (const { limit, late } of passed) {
        this.#notices.inc({ limit, outcome: late ? 'late' : 'in-time' });
        if (late)
          this.#logger.warn({
            event: 'time-limit-notice-late',
            message: 'a time-limit notice was sent late: its limit had passed before it could leave',
            identificativo,
            rule: 'DEADLINE-LATE-NOTICE',
          });
      }
    } catch (error) {
      this.#logger.error({
        err: error,
        identificativo,
        event: 'time-limits-failed',
        message: 'the time limits of a message could not be processed; retried',
      });
    }
  }
}
