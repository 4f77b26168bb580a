import { Injectable, Logger } from '@nestjs/common';
import { Database, SuiteClock } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import { armShipped } from '../application/arm-calendar.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { Programme } from '../programme/read-programme.ts';
import { Boundaries } from './boundaries.ts';

/** What must stand before the first question is answered: calendars in force, and the files of rights by them. */
@Injectable()
export class Beginning implements OnServiceStart {
  readonly #logger = new Logger(Beginning.name);
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #programme: Programme;
  readonly #boundaries: Boundaries;

  constructor(database: Database<PrismaClient>, clock: SuiteClock, programme: Programme, boundaries: Boundaries) {
    this.#database = database;
    this.#clock = clock;
    this.#programme = programme;
    this.#boundaries = boundaries;
  }

  async onServiceStart(): Promise<void> {
    const at = this.#clock.now();
    const first = await this.#database.transaction((tx) => armShipped(tx, this.#programme.services, at));
    if (first.length > 0) this.#logger.log({ message: 'the first calendars are in force', services: first });
    await this.#boundaries.begin();
  }
}
