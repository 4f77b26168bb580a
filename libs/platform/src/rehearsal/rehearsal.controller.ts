import { Controller, Get, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { Permission } from '../auth/permission.ts';
import { RecordsNothing } from '../auth/recording.ts';
import { instant } from '@recapito/primitives';
import { Rehearsal, type RehearsalState } from './rehearsal.ts';

/** The permission that a rehearsal's driver holds in every service. */
export const readRehearsalState = 'read-rehearsal-state';

/**
 * `lag=known`: as of the last fetches, which costs nothing; otherwise the broker is asked. With `until` the answer waits, half a
 * second at most, until the service seems quiet or its clock shows an instant (UTC milliseconds).
 */
const question = z.object({
  lag: z.enum(['known', 'asked']).default('asked'),
  until: z.union([z.literal('quiet'), z.coerce.number().int().transform(instant)]).optional(),
});

/** The driver's door; production does not have it. */
@ApiExcludeController()
@Controller('rehearsal')
export class RehearsalController {
  constructor(private readonly rehearsal: Rehearsal) {}

  @Get('state')
  @Permission(readRehearsalState)
  @RecordsNothing('counts of work')
  async state(@Query({ schema: question }) { lag, until }: z.output<typeof question>): Promise<RehearsalState> {
    if (until === 'quiet') return await this.rehearsal.whenQuiet();
    if (until !== undefined) await this.rehearsal.whenClockShows(until);
    return await this.rehearsal.state({ sure: lag === 'asked' });
  }
}
