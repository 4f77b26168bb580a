import { Body, Controller, Delete, Get, Header, HttpCode, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { operatorCredentialsChosen } from '@recapito/contracts';
import {
  ArrivedAt,
  Act,
  answer,
  CurrentCaller,
  CurrentSources,
  Permission,
  Publishes,
  RecordsNothing,
} from '@recapito/platform';
import type { Caller, Sources } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';
import { changeOperatorPassword } from '../application/change-operator-password.ts';
import { noSession, unknownOperator } from '../domain/operator.ts';
import { findOperator } from '../persistence/operator.store.ts';
import { endSessionsOf, sessionsOf } from '../persistence/provider-record.store.ts';
import { IdentityParts } from './identity-parts.ts';
import { OperatorParts } from './operator-parts.ts';
import { statusOf } from './problem.ts';
import { secretField } from './shapes.ts';

const changeBody = z.strictObject({
  current: secretField,
  code: z.string().trim().min(1).max(10),
  password: secretField,
});
const changedView = z.object({ changed: z.literal(true) });
const bySession = z.object({ session: z.string().regex(/^[\w-]{1,64}$/) });
const sessionView = z.object({
  session: z.string(),
  /** System clock. */
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  isThis: z.boolean().describe('Whether the caller comes with this one.'),
});

/** An operator’s own account: the password, and the sessions that are open. */
@ApiTags('account')
@ApiBearerAuth()
@Controller('account')
export class AccountController {
  constructor(
    private readonly identity: IdentityParts,
    private readonly parts: OperatorParts,
  ) {}

  /** Another password; the one that holds and a code are asked for. Every session of the operator ends. */
  @Put('password')
  @Permission('manage-own-account')
  @Publishes(operatorCredentialsChosen)
  @ApiResponse({ status: 200, standardSchema: changedView })
  async change(
    @Body({ schema: changeBody }) body: z.output<typeof changeBody>,
    @CurrentCaller() { name }: Caller,
    @CurrentSources() sources: Sources,
    @ArrivedAt() at: Instant,
  ) {
    const command = { ...body, name, sources, at };
    return answer(await changeOperatorPassword(this.identity.access, this.parts.activation, command), statusOf);
  }

  /** The operator’s sessions at the provider, the latest first. Refusal: `operator/unknown`. */
  @Get('sessions')
  @Permission('manage-own-account')
  @RecordsNothing('an operator’s own sessions')
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(sessionView) }) })
  async sessions(@CurrentCaller() { name, signedInWith }: Caller) {
    const found = await sessionsOf(this.parts.activation.database.client, await this.#idOf(name));
    const items = found.map(({ uid, since, until }) => ({
      session: uid,
      since: since.toISOString(),
      until: until.toISOString(),
      isThis: uid === signedInWith,
    }));
    return { items };
  }

  /** Ends one of them: it gets no more tokens, and those it has end within ten minutes. Refusal: `operator/no-session`. */
  @Delete('sessions/:session')
  @HttpCode(204)
  @Permission('manage-own-account')
  @Act()
  async end(
    @Param({ schema: bySession }) { session }: z.output<typeof bySession>,
    @CurrentCaller() { name }: Caller,
  ): Promise<void> {
    const { database } = this.parts.activation;
    const id = await this.#idOf(name);
    const ended = await database.transaction((tx) => endSessionsOf(tx, id, session));
    if (ended === 0) answer(noSession(), statusOf);
  }

  /** @throws Problem `operator/unknown` for who has a token and no account */
  async #idOf(name: string): Promise<string> {
    const operator = await findOperator(this.parts.activation.database.client, name);
    return answer(operator ?? unknownOperator(), statusOf).id;
  }
}
