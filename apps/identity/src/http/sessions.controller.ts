import { Body, Controller, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { accessTried } from '@recapito/contracts';
import {
  answer,
  citizenSessionSeconds,
  ClientSources,
  CurrentSources,
  Permission,
  Public,
  Publishes,
} from '@recapito/platform';
import type { Sources } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';
import { signIn } from '../application/sign-in.ts';
import type { SignedIn } from '../application/sign-in.ts';
import { stepTaken } from '../application/take-step.ts';
import { withinPatience } from '../persistence/lock-timeout.ts';
import { CitizenSessions } from '../sessions/citizen-sessions.ts';
import { ArrivedAt } from './arrival.ts';
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
  /** `first-pin`: change the PIN and nothing else; `pin`: change it again; `enrolment`: the steps. */
  scope: z.enum(['first-pin', 'pin', 'enrolment']),
  enrolment: enrolmentView.nullable(),
});

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
