import { Controller, Get, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { Permission } from '../auth/permission.ts';
import { Rehearsal, type RehearsalState } from './rehearsal.ts';

/** The permission that a rehearsal's driver holds in every service. */
export const readRehearsalState = 'read-rehearsal-state';

/** `lag=known`: as of the last fetches, which costs nothing; otherwise the broker is asked. */
const question = z.object({ lag: z.enum(['known', 'asked']).default('asked') });

/** The driver's door; production does not have it. */
@ApiExcludeController()
@Controller('rehearsal')
export class RehearsalController {
  constructor(private readonly rehearsal: Rehearsal) {}

  @Get('state')
  @Permission(readRehearsalState)
  async state(@Query({ schema: question }) { lag }: z.output<typeof question>): Promise<RehearsalState> {
    return await this.rehearsal.state({ sure: lag === 'asked' });
  }
}
