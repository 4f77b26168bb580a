import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { Database } from '@recapito/database';
import { Permission, RecordsNothing, SuiteClock } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import { z } from 'zod';
import { answerCapability } from '../application/answer-capability.ts';
import { ArmedCalendars } from '../application/armed-calendars.ts';
import { boxLineOfTime } from '../application/box-line-of-time.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { listMailboxes } from '../persistence/queries/mailbox-list.ts';
import { capabilityAnswer, lineOfTimeAnswer } from './capabilities.controller.ts';

const holderParam = z.uuid();

/** A holder has one box for each service. */
const mostBoxes = 20;

const boxView = z.object({ judged: capabilityAnswer, times: lineOfTimeAnswer });

/** The boxes of a holder, for the console: it shows them to whoever has signed in at the portal as that holder. */
@ApiTags('mailboxes')
@Controller('holders/:holder/boxes')
export class HolderBoxesController {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly calendars: ArmedCalendars,
  ) {}

  /** Each with what it may do now, and at every time; none for a holder of whom nobody knows here. */
  @Get()
  @Permission('show-own-boxes')
  @RecordsNothing('holders see what is theirs')
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(boxView) }) })
  async list(@Param('holder', { schema: holderParam }) holder: string) {
    const { client } = this.database;
    const at = this.clock.now();
    const boxes = await listMailboxes(client, { holder }, undefined, mostBoxes);
    const shown = boxes.map(async ({ address }) => {
      const judged = await answerCapability(client, this.calendars, { address, at });
      const times = await boxLineOfTime(client, this.calendars, address);
      // Boxes of providers and public bodies follow no calendar.
      return isRefusal(judged) || isRefusal(times) ? [] : [{ judged, times }];
    });
    return { items: (await Promise.all(shown)).flat() };
  }
}
