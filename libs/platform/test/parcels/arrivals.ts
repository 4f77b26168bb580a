import { Controller, Module, Post } from '@nestjs/common';
import { event } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import { z } from 'zod';
import { Database } from '@recapito/database';
import { Public, SuiteClock } from '../../src/index.ts';
import type { ParcelClient } from './parcel-client.ts';

/** The fact that `POST /arrivals` of a service with `ArrivalsModule` publishes, on a topic that identity writes. */
export const arrived = event('identity.accesses.v1', 'parcel-arrived', z.object({ label: z.string() }));

@Controller('arrivals')
class ArrivalsController {
  constructor(
    private readonly database: Database<ParcelClient>,
    private readonly clock: SuiteClock,
  ) {}

  @Post()
  @Public()
  async arrive() {
    const fact = { key: 'parcel', sequence: 1, time: this.clock.now(), data: { label: 'for nobody else to read' } };
    return { id: await this.database.transaction((tx) => append(tx, arrived, fact)) };
  }
}

@Module({ controllers: [ArrivalsController] })
export class ArrivalsModule {}
