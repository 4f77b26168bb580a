import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { mailboxStates, partyClasses, verbs } from '@recapito/capability';
import { instantField } from '@recapito/contracts';
import { Database } from '@recapito/database';
import { answer, instantText, Permission, RecordsNothing, SuiteClock } from '@recapito/platform';
import { z } from 'zod';
import { answerCapability } from '../application/answer-capability.ts';
import type { CapabilityAnswer } from '../application/answer-capability.ts';
import { ArmedCalendars } from '../application/armed-calendars.ts';
import { boxLineOfTime } from '../application/box-line-of-time.ts';
import type { BoxLineOfTime } from '../application/box-line-of-time.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { addressParam } from './mailboxes.controller.ts';
import { statusOfMailbox } from './problem.ts';

const capabilityQuery = z.object({
  /** One verb; all of them when left out. */
  verb: z.enum(verbs).optional(),
  /** Who is at the other end; left out, the circuit is not judged. */
  party: z.enum(partyClasses).optional(),
  /** On another date, with the state that the box has today; now when left out. */
  at: instantText.optional(),
});

const wordsShown = z.object({ it: z.string(), en: z.string() });

const refusalShown = z.object({
  refused: z.string(),
  rule: z.string(),
  words: wordsShown,
  /** What the refusal speaks of, as the state of the box. */
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

/** What a box may do at one instant. */
export const capabilityAnswer = z.object({
  address: z.string(),
  service: z.string(),
  state: z.enum(mailboxStates),
  /** The suite instant that was judged, in UTC milliseconds. */
  at: z.int(),
  calendarVersion: z.int(),
  capabilities: z.array(z.object({ verb: z.enum(verbs), allowed: z.boolean(), refusal: refusalShown.nullable() })),
});

const time = { from: instantField.nullable(), until: instantField.nullable() };

/** What a box may do at every time. */
export const lineOfTimeAnswer = z.object({
  address: z.string(),
  service: z.string(),
  state: z.enum(mailboxStates).describe('Of today; all times are judged by it.'),
  calendarVersion: z.int(),
  phases: z.array(z.object({ id: z.string(), name: wordsShown, from: instantField, until: instantField.nullable() })),
  verbs: z.array(
    z.object({
      verb: z.enum(verbs),
      times: z
        .array(z.object({ ...time, allowed: z.boolean(), refusal: refusalShown.nullable() }))
        .describe('Half-open, one after the other without gaps; null: since ever, for good.'),
    }),
  ),
});

/** What may be done with a box: now, on another date, at every time. */
@ApiTags('mailboxes')
@Controller('mailboxes/:address')
export class CapabilitiesController {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly calendars: ArmedCalendars,
  ) {}

  @Get('capabilities')
  @Permission('read-capabilities')
  @RecordsNothing('what a box may do, and nothing about its holder')
  @ApiOperation({ summary: 'What a box may do now or on another date, and why not' })
  @ApiResponse({ status: 200, standardSchema: capabilityAnswer })
  async capabilities(
    @Param('address', { schema: addressParam }) address: string,
    @Query({ schema: capabilityQuery }) { verb, party, at = this.clock.now() }: z.output<typeof capabilityQuery>,
  ): Promise<CapabilityAnswer> {
    const question = { address, verb, party, at };
    return answer(await answerCapability(this.database.client, this.calendars, question), statusOfMailbox);
  }

  /** What a box may do at every time, by the calendar in force and the state of today. Refusal: `mailbox/unknown`. */
  @Get('line-of-time')
  @Permission('read-capabilities')
  @RecordsNothing('what a box may do, and nothing about its holder')
  @ApiResponse({ status: 200, standardSchema: lineOfTimeAnswer })
  async lineOfTime(@Param('address', { schema: addressParam }) address: string): Promise<BoxLineOfTime> {
    return answer(await boxLineOfTime(this.database.client, this.calendars, address), statusOfMailbox);
  }
}
