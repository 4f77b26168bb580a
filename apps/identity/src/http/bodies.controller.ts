import { Controller, Delete, Header, Logger, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { holderUnblocked } from '@recapito/contracts';
import { ArrivedAt, Act, answer, CurrentCaller, Permission, Publishes } from '@recapito/platform';
import type { Caller } from '@recapito/platform';
import { isRefusal, parseCertifiedAddress } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';
import { boxOf, issueBodySecret } from '../application/issue-body-secret.ts';
import { liftBlock } from '../application/lift-block.ts';
import { IdentityParts } from './identity-parts.ts';
import { statusOf } from './problem.ts';
import { liftedView } from './shapes.ts';

const bodyPath = z.object({
  address: z.string().transform((text, context) => {
    const address = parseCertifiedAddress(text);
    if (!isRefusal(address)) return address;
    context.addIssue({ code: 'custom', message: address.words.it });
    return z.NEVER;
  }),
});
const secretView = z.object({ address: z.string(), secret: z.string() });

/** The boxes of public bodies: an operator gives their secrets out, and lifts their blocks. */
@ApiTags('bodies')
@ApiBearerAuth()
@Controller('bodies')
export class BodiesController {
  readonly #logger = new Logger('bodies');

  constructor(private readonly parts: IdentityParts) {}

  @Post(':address/secrets')
  @Permission('issue-body-secret')
  @Act()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Makes a new secret for the box of a public body and shows it this once; the one before is void',
  })
  @ApiResponse({ status: 201, standardSchema: secretView })
  async issue(
    @Param({ schema: bodyPath }) { address }: z.output<typeof bodyPath>,
    @CurrentCaller() caller: Caller,
    @ArrivedAt() at: Instant,
  ): Promise<z.output<typeof secretView>> {
    const command = { address, operator: caller.name, at };
    const { secret, box } = answer(await issueBodySecret(this.parts.access, this.parts.bodies, command), statusOf);
    this.#logger.log({
      message: 'the secret of a public body was made',
      box,
      operator: caller.name,
      rule: 'BODY-SECRET',
    });
    return { address, secret };
  }

  /** Ends a block before its time, when the body has proved otherwise who it is. */
  @Delete(':address/block')
  @Permission('lift-block')
  @Publishes(holderUnblocked)
  @ApiResponse({ status: 200, standardSchema: liftedView })
  async lift(
    @Param({ schema: bodyPath }) { address }: z.output<typeof bodyPath>,
    @CurrentCaller() { name: operator }: Caller,
    @ArrivedAt() at: Instant,
  ): Promise<z.output<typeof liftedView>> {
    const command = { holder: boxOf(address), operator, at };
    return answer(await this.parts.access.database.transaction((tx) => liftBlock(tx, command)), statusOf);
  }
}
