import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { sweep } from '@recapito/messaging';
import { forgetApprovals } from '../approvals/approval.store.ts';
import { Database, forgetKeys } from '@recapito/database';
import type { OnServiceStart } from '../service.ts';
import { BackgroundLoop } from '@recapito/background';

const oneDay = 24 * 60 * 60 * 1000;

/** What every service with a database lets go of once a day: facts, claims and requests whose time has passed. */
@Injectable()
export class Housekeeping implements OnServiceStart, OnModuleDestroy {
  readonly #logger = new Logger('housekeeping');
  readonly #loop: BackgroundLoop;

  constructor(database: Database) {
    this.#loop = new BackgroundLoop(() => this.#letGo(database), { name: 'housekeeping', everyMs: oneDay });
  }

  onServiceStart(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  async #letGo(database: Database): Promise<void> {
    const swept = await sweep((work) => database.transaction(work));
    const keys = await database.transaction(async (tx) => ((await has(tx, 'keyed_request')) ? forgetKeys(tx) : 0));
    const approvals = await database.transaction(async (tx) => ((await has(tx, 'approval')) ? forgetApprovals(tx) : 0));
    this.#logger.log({
      ...swept,
      keys,
      approvals,
      event: 'expired-rows-deleted',
      message: 'expired rows were deleted',
    });
  }
}

/** A service whose routes create nothing has none of the platform’s tables. */
async function has(tx: Parameters<typeof forgetKeys>[0], table: 'keyed_request' | 'approval'): Promise<boolean> {
  const [row] = await tx.$queryRawUnsafe<{ there: boolean }[]>(`SELECT to_regclass($1) IS NOT NULL AS there`, table);
  return row?.there ?? false;
}
