import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { Database } from '@recapito/database';
import type { OnServiceStart } from '@recapito/platform';
import { Doveadm } from '../dovecot/doveadm.ts';
import { dismissals, removeDismissals } from '../persistence/dismissal.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';

const batch = 100;

/**
 * Ends the open connections of boxes that are held for abuse; their holders may sign in again. Retried while Dovecot does
 * not answer; after a crash before the row is removed the connections are ended twice.
 * @rule ABUSE-SESSIONS-END
 */
@Injectable()
export class Dismissals implements OnServiceStart, OnModuleDestroy {
  readonly #loop = new BackgroundLoop(() => this.#dismiss(), { name: 'dismissals', everyMs: 1_000 });

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly doveadm: Doveadm,
  ) {}

  onServiceStart(): void {
    this.database.afterCommit(this.#loop.wake);
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  async #dismiss(): Promise<void> {
    const due = await dismissals(this.database.client, batch);
    if (due.length === 0) return;
    await this.doveadm.kick(due.map(({ address }) => address));
    await removeDismissals(
      this.database.client,
      due.map(({ id }) => id),
    );
  }
}
