import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { enrolmentReissued, instantField, personalDataRead } from '@recapito/contracts';
import { onceByKey } from '@recapito/database';
import { ArrivedAt, answer, CurrentCaller, IdempotencyKey, Permission, Publishes } from '@recapito/platform';
import type { Caller } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';
import { giveFirstAccessPassword } from '../application/give-first-access-password.ts';
import { reissueFirstAccess } from '../application/reissue-first-access.ts';
import { withinPatience } from '../persistence/lock-timeout.ts';
import { IdentityParts } from './identity-parts.ts';
import { statusOf } from './problem.ts';
import { byId } from './shapes.ts';

const generationBody = z.object({ generation: z.int().min(1) });

const passwordView = z.object({
  enrolment: z.uuid(),
  generation: z.int(),
  password: z.string(),
  until: instantField,
});

const reissueBody = z.object({ reason: z.string().trim().min(3).max(500) }).optional();

const reissueView = z.object({ generation: z.int() });

type Id = z.output<typeof byId>;

/** The first-access password of an enrolment: given to notification, made anew by an operator. */
@ApiTags('first access')
@ApiBearerAuth()
@Controller('enrolments/:id')
export class FirstAccessController {
  constructor(private readonly parts: IdentityParts) {}

  /** Gives the password of a generation out; from the first time on it is valid. The same each time. */
  @Post('first-access-password')
  @HttpCode(200)
  @Permission('give-first-access-password')
  @Publishes(personalDataRead)
  @ApiResponse({ status: 200, standardSchema: passwordView })
  async give(
    @Param({ schema: byId }) { id }: Id,
    @Body({ schema: generationBody }) { generation }: z.output<typeof generationBody>,
    @CurrentCaller() caller: Caller,
    @ArrivedAt() at: Instant,
  ) {
    const { access, lockPatienceMs } = this.parts;
    const command = { enrolment: id, generation, reader: caller.name, at, lockPatienceMs };
    const work = () => access.database.transaction((tx) => giveFirstAccessPassword(tx, command, access.secrets));
    return answer(await withinPatience(work), statusOf);
  }

  /** An operator has the password made anew and says why; a new announcement follows from the fact, which has the reason. */
  @Post('reissues')
  @Permission('reissue-first-access')
  @Publishes(enrolmentReissued)
  @ApiResponse({ status: 201, standardSchema: reissueView })
  async reissue(
    @Param({ schema: byId }) { id }: Id,
    @Body({ schema: reissueBody }) body: z.output<typeof reissueBody>,
    @IdempotencyKey() key: string,
    @CurrentCaller() caller: Caller,
    @ArrivedAt() at: Instant,
  ) {
    const { access, lockPatienceMs } = this.parts;
    const keyId = access.secrets.newestKey;
    const command = { enrolment: id, operator: caller.name, reason: body?.reason, at, lockPatienceMs, keyId };
    const request = { caller: caller.name, operation: 'POST /enrolments/reissues', key, body: { id, ...body } };
    const work = () =>
      access.database.transaction((tx) => onceByKey(tx, request, () => reissueFirstAccess(tx, command)));
    return answer(await withinPatience(work), statusOf);
  }
}
