import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { Database } from '@recapito/database';
import { ClosedDoors, DueWork, Metrics, SuiteClock } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import { switchMailboxes } from '../application/switch-mailboxes.ts';
import type { SwitchOutcome } from '../application/switch-mailboxes.ts';
import { MailStore } from '../dovecot/mail-store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { nextRun, switchesDue } from '../persistence/move.store.ts';

/** How many switches are looked for at a time. */
const batch = 200;

/**
 * Executes the switches whose provisioning run has come. Which they are, the table knows; however many processes look,
 * each switch is made once.
 */
@Injectable()
export class ProvisioningRuns implements OnServiceStart, OnModuleDestroy {
  readonly #logger = new Logger(ProvisioningRuns.name);
  readonly #loop = new BackgroundLoop(() => this.#execute(), { name: 'provisioning-runs', everyMs: 1_000 });
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #store: MailStore;
  readonly #dueWork: DueWork;
  readonly #doors: ClosedDoors;
  readonly #outcomes;
  #executed = 0;

  constructor(
    database: Database<PrismaClient>,
    clock: SuiteClock,
    store: MailStore,
    dueWork: DueWork,
    doors: ClosedDoors,
    metrics: Metrics,
  ) {
    this.#doors = doors;
    this.#database = database;
    this.#clock = clock;
    this.#store = store;
    this.#dueWork = dueWork;
    this.#outcomes = metrics.counter('recapito_switches_total', 'Switches executed, by how they went', ['outcome']);
    dueWork.register(() => nextRun(database.client));
    dueWork.count(() => ({ 'switches.executed': this.#executed }));
  }

  onServiceStart(): void {
    this.#database.afterCommit(this.#loop.wake);
    this.#clock.onSet(this.#loop.wake);
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  async #execute(): Promise<void> {
    if (this.#doors.closed) return;
    const due = await switchesDue(this.#database.client, this.#clock.now(), batch);
    if (due.length === 0) return;
    await this.#dueWork.during(async () => {
      for (const move of due) {
        const at = this.#clock.now();
        this.#record(move, await this.#database.transaction((tx) => switchMailboxes(tx, this.#store, { move, at })));
      }
    });
  }

  #record(move: string, outcome: SwitchOutcome): void {
    this.#executed += 1;
    if (isRefusal(outcome)) {
      this.#outcomes.inc({ outcome: 'refused' });
      const { refused, rule } = outcome;
      this.#logger.error({ event: 'switch-refused', message: 'a mailbox switch was refused', move, refused, rule });
    } else if (outcome.late) {
      this.#outcomes.inc({ outcome: 'late' });
      this.#logger.warn({
        event: 'switch-late',
        message: 'a mailbox switch was made after its due time',
        move,
        rule: 'SWITCH-LATE',
      });
    } else if (outcome.done) {
      this.#outcomes.inc({ outcome: 'in-time' });
    }
  }
}
