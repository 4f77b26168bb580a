import { Body, Controller, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { sessionsVoided } from '@recapito/contracts';
import { ArrivedAt, answer, CurrentCaller, CurrentSources, Permission, Publishes } from '@recapito/platform';
import type { Caller, Sources } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';
import { changePassword } from '../application/change-password.ts';
import { withinPatience } from '../persistence/lock-timeout.ts';
import { citizen } from '../sessions/citizen-sessions.ts';
import { IdentityParts } from './identity-parts.ts';
import { statusOf } from './problem.ts';
import { secretField } from './shapes.ts';

const changeBody = z.object({ current: secretField, password: secretField });
const changedView = z.object({ changed: z.literal(true) });

/** The password of a box that opens with one. */
@ApiTags('passwords')
@ApiBearerAuth()
@Controller('password')
export class PasswordController {
  constructor(private readonly parts: IdentityParts) {}

  /** The holder of the session chooses another password; every session of theirs is over. */
  @Put()
  @Permission('change-password')
  @Publishes(sessionsVoided)
  @ApiResponse({ status: 200, standardSchema: changedView })
  async change(
    @Body({ schema: changeBody }) body: z.output<typeof changeBody>,
    @CurrentCaller() caller: Caller,
    @CurrentSources() sources: Sources,
    @ArrivedAt() at: Instant,
  ) {
    const { holder, service } = citizen(caller).session;
    const command = { ...body, holder, service, sources, at };
    return answer(await withinPatience(() => changePassword(this.parts.access, command)), statusOf);
  }
}
