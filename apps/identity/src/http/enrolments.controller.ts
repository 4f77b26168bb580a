import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { enrolmentConfirmed, enrolmentStepDone } from '@recapito/contracts';
import { ArrivedAt, answer, CurrentCaller, Permission, Publishes, RecordsNothing } from '@recapito/platform';
import type { Caller } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';
import { acceptTerms } from '../application/accept-terms.ts';
import { changeFirstPassword } from '../application/change-first-password.ts';
import { confirmEnrolment } from '../application/confirm-enrolment.ts';
import { readEnrolment } from '../application/read-enrolment.ts';
import { setSecurityAnswers } from '../application/set-security-answers.ts';
import type { StepCommand } from '../application/take-step.ts';
import { withinPatience } from '../persistence/lock-timeout.ts';
import { citizen } from '../sessions/citizen-sessions.ts';
import { IdentityParts } from './identity-parts.ts';
import { statusOf } from './problem.ts';
import { byId, enrolmentView, secretField } from './shapes.ts';

const passwordBody = z.object({ password: secretField });

const termsBody = z.object({
  accepted: z
    .array(z.object({ document: z.string().max(64), version: z.string().max(64), sha256: z.string().length(64) }))
    .max(8),
});

const answersBody = z.object({
  answers: z.array(z.object({ question: z.string().max(64), answer: z.string().max(200) })).max(8),
});

type Id = z.output<typeof byId>;

/** Steps 3 to 6 of the enrolment, for the holder of a session; each may be repeated and then changes nothing. */
@ApiTags('enrolments')
@ApiBearerAuth()
@Controller('enrolments/:id')
export class EnrolmentsController {
  constructor(private readonly parts: IdentityParts) {}

  /** Where the enrolment stands, and which step is next. */
  @Get()
  @Permission('follow-enrolment')
  @RecordsNothing('holders see their own enrolment')
  @ApiResponse({ status: 200, standardSchema: enrolmentView })
  async read(@Param({ schema: byId }) { id }: Id, @CurrentCaller() caller: Caller) {
    const { holder } = citizen(caller).session;
    const { database } = this.parts.access;
    return answer(await database.transaction((tx) => readEnrolment(tx, { enrolment: id, holder })), statusOf);
  }

  /** Step 3. */
  @Put('password')
  @Permission('follow-enrolment')
  @Publishes(enrolmentStepDone)
  @ApiResponse({ status: 200, standardSchema: enrolmentView })
  async changePassword(
    @Param({ schema: byId }) { id }: Id,
    @Body({ schema: passwordBody }) { password }: z.output<typeof passwordBody>,
    @CurrentCaller() caller: Caller,
    @ArrivedAt() at: Instant,
  ) {
    const command = { ...this.#step(id, caller, at), password };
    return answer(await withinPatience(() => changeFirstPassword(this.parts.access, command)), statusOf);
  }

  /** Step 4: the texts as `GET /terms` gave them, one of each document. */
  @Put('terms')
  @Permission('follow-enrolment')
  @Publishes(enrolmentStepDone)
  @ApiResponse({ status: 200, standardSchema: enrolmentView })
  async acceptTerms(
    @Param({ schema: byId }) { id }: Id,
    @Body({ schema: termsBody }) { accepted }: z.output<typeof termsBody>,
    @CurrentCaller() caller: Caller,
    @ArrivedAt() at: Instant,
  ) {
    const { access, texts } = this.parts;
    const command = { ...this.#step(id, caller, at), accepted };
    const work = () => access.database.transaction((tx) => acceptTerms(tx, command, texts.terms));
    return answer(await withinPatience(work), statusOf);
  }

  /** Step 5: three answers to questions of `GET /security-questions`. */
  @Put('security-answers')
  @Permission('follow-enrolment')
  @Publishes(enrolmentStepDone)
  @ApiResponse({ status: 200, standardSchema: enrolmentView })
  async setSecurityAnswers(
    @Param({ schema: byId }) { id }: Id,
    @Body({ schema: answersBody }) { answers }: z.output<typeof answersBody>,
    @CurrentCaller() caller: Caller,
    @ArrivedAt() at: Instant,
  ) {
    const { access, texts } = this.parts;
    const command = { ...this.#step(id, caller, at), answers };
    return answer(await withinPatience(() => setSecurityAnswers(access, command, texts.questions)), statusOf);
  }

  /** Step 6: the new box is due within 24 hours. */
  @Put('confirmation')
  @Permission('follow-enrolment')
  @Publishes(enrolmentConfirmed)
  @ApiResponse({ status: 200, standardSchema: enrolmentView })
  async confirm(@Param({ schema: byId }) { id }: Id, @CurrentCaller() caller: Caller, @ArrivedAt() at: Instant) {
    const { database } = this.parts.access;
    const command = this.#step(id, caller, at);
    const work = () => database.transaction((tx) => confirmEnrolment(tx, command));
    return answer(await withinPatience(work), statusOf);
  }

  #step(enrolment: string, caller: Caller, at: Instant): StepCommand {
    const { id: session, holder, enrolment: opened } = citizen(caller).session;
    const { lockPatienceMs } = this.parts;
    return { enrolment, holder, session, generation: opened?.generation ?? 0, at, lockPatienceMs };
  }
}
