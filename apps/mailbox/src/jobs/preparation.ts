import { Injectable, Logger } from '@nestjs/common';
import { Database } from '@recapito/database';
import { SuiteClock } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import { armShipped } from '../application/arm-calendar.ts';
import { registerOwnBoxes } from '../application/register-own-boxes.ts';
import { MailStore } from '../dovecot/mail-store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { Programme } from '../programme/read-programme.ts';
import { Boundaries } from './boundaries.ts';

/** Prepares the service before it answers its first request: arms the calendars, writes the rights files, registers the provider's own boxes. */
@Injectable()
export class Preparation implements OnServiceStart {
  readonly #logger = new Logger(Preparation.name);
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #programme: Programme;
  readonly #boundaries: Boundaries;
  readonly #store: MailStore;

  constructor(
    database: Database<PrismaClient>,
    clock: SuiteClock,
    programme: Programme,
    store: MailStore,
    boundaries: Boundaries,
  ) {
    this.#store = store;
    this.#database = database;
    this.#clock = clock;
    this.#programme = programme;
    this.#boundaries = boundaries;
  }

  async onServiceStart(): Promise<void> {
    const at = this.#clock.now();
    const first = await this.#database.transaction((tx) => armShipped(tx, this.#programme.services, at));
    if (first.length > 0)
      this.#logger.log({
        event: 'calendars-armed-first',
        message: 'the calendars of the programme were armed at the first start',
        services: first,
      });
    await this.#store.writeOwnRights();
    await this.#database.transaction((tx) => registerOwnBoxes(tx, this.#store, this.#programme.ownBoxes, at));
    await this.#boundaries.prepare();
  }
}
