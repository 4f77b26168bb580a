import { Body, Controller, Delete, Get, Header, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { accessTried, sessionsVoided } from '@recapito/contracts';
import {
  ArrivedAt,
  answer,
  citizenSessionSeconds,
  ClientSources,
  CurrentCaller,
  CurrentSources,
  holderScopes,
  Permission,
  Public,
  Publishes,
  RecordsNothing,
} from '@recapito/platform';
import type { Caller, Sources } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';
import { voidSessions } from '../application/end-sessions.ts';
import { signIn } from '../application/sign-in.ts';
import type { SignedIn } from '../application/sign-in.ts';
import { stepTaken } from '../application/take-step.ts';
import { withinPatience } from '../persistence/lock-timeout.ts';
import { citizen, CitizenSessions } from '../sessions/citizen-sessions.ts';
import { IdentityParts } from './identity-parts.ts';
import { statusOf } from './problem.ts';
import { enrolmentView, secretField } from './shapes.ts';

const signInBody = z.object({
  /** Codice fiscale, or a certified address. */
  user: z.string().min(1).max(320),
  /** First-access password, password or PIN. */
  secret: secretField,
});

const sessionView = z.object({
  holder: z.uuid(),
  token: z.string(),
  expiresInSeconds: z.int(),
  scope: z.enum(holderScopes),
  enrolment: enrolmentView.nullable(),
});

const currentView = sessionView.pick({ scope: true }).extend({ service: z.string() });

@ApiTags('sessions')
@Controller('sessions')
export class SessionsController {
  constructor(
    private readonly parts: IdentityParts,
    private readonly sessions: CitizenSessions,
  ) {}

  /** Signs a holder in; with the credentials of an announcement this is the second of the six steps. */
  @Post()
  @Public()
  @ApiResponse({ status: 201, standardSchema: sessionView })
  async open(
    @Body({ schema: signInBody }) body: z.output<typeof signInBody>,
    @ArrivedAt() at: Instant,
    @CurrentSources() sources: Sources,
  ) {
    return await this.#open(body, sources, at);
  }

  /** The same for the console, which says from where the holder comes. */
  @Post('on-behalf')
  @Permission('sign-holder-in')
  @Publishes(accessTried)
  @ApiBearerAuth()
  @ApiResponse({ status: 201, standardSchema: sessionView })
  async openOnBehalf(
    @Body({ schema: signInBody }) body: z.output<typeof signInBody>,
    @ArrivedAt() at: Instant,
    @ClientSources() sources: Sources,
  ) {
    return await this.#open(body, sources, at);
  }

  /** What the session that is shown is good for; 401 once it is over. */
  @Get('current')
  @Permission('keep-own-sessions')
  @RecordsNothing('holders see what is theirs')
  @ApiBearerAuth()
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: currentView })
  current(@CurrentCaller() caller: Caller): z.output<typeof currentView> {
    const { scope, service } = citizen(caller).session;
    return { scope, service };
  }

  /** Ends every session of the holder but the one that is shown. */
  @Delete('others')
  @HttpCode(200)
  @Permission('keep-own-sessions')
  @Publishes(sessionsVoided)
  @ApiBearerAuth()
  @ApiResponse({ status: 200, standardSchema: z.object({ ended: z.literal(true) }) })
  async endOthers(@CurrentCaller() caller: Caller, @ArrivedAt() at: Instant): Promise<{ ended: true }> {
    const { holder, id: kept } = citizen(caller).session;
    const { database } = this.parts.access;
    await database.transaction((tx) => voidSessions(tx, { holder, cause: 'asked-by-holder', kept }, at));
    return { ended: true };
  }

  async #open(body: z.output<typeof signInBody>, sources: Sources, at: Instant) {
    const { access, lockPatienceMs } = this.parts;
    const signedIn = answer(
      await withinPatience(() => signIn(access, { ...body, sources, at, lockPatienceMs })),
      statusOf,
    );
    return await this.#sessionOf(signedIn);
  }

  async #sessionOf(signedIn: SignedIn): Promise<z.output<typeof sessionView>> {
    const { holder, scope, service, enrolment, openedBy, openedAt } = signedIn;
    const opened = enrolment && { id: enrolment.id, generation: enrolment.generation };
    const token = await this.sessions.issue({ holder, scope, service, enrolment: opened, openedBy }, openedAt);
    const view = enrolment && stepTaken({ enrolment, to: enrolment.state, changed: false });
    return { holder, token, expiresInSeconds: citizenSessionSeconds, scope, enrolment: view };
  }
}
