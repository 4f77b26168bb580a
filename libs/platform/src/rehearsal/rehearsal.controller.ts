import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Permission } from '../auth/permission.ts';
import { Rehearsal, type RehearsalState } from './rehearsal.ts';

/** The permission that a rehearsal's driver holds in every service. */
export const readRehearsalState = 'read-rehearsal-state';

/** The driver's door; production does not have it. */
@ApiExcludeController()
@Controller('rehearsal')
export class RehearsalController {
  constructor(private readonly rehearsal: Rehearsal) {}

  @Get('state')
  @Permission(readRehearsalState)
  async state(): Promise<RehearsalState> {
    return await this.rehearsal.state();
  }
}
