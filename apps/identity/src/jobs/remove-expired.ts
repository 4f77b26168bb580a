import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import type { OnServiceStart } from '@recapito/platform';
import { ProviderRecords } from '../persistence/provider-record.store.ts';

const hourMs = 3_600_000;

/** Removes what the OpenID provider kept and has expired: sessions, codes, tokens, sign-ins that were not finished. */
@Injectable()
export class RemoveExpired implements OnServiceStart, OnModuleDestroy {
  readonly #logger = new Logger('provider');
  readonly #loop: BackgroundLoop;

  constructor(records: ProviderRecords) {
    this.#loop = new BackgroundLoop(
      async () => {
        const removed = await records.removeExpired();
        if (removed > 0)
          this.#logger.log({
            event: 'provider-records-removed',
            message: 'expired records of the provider were removed',
            removed,
          });
      },
      { name: 'expired-provider-records', everyMs: hourMs },
    );
  }

  onServiceStart(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }
}
