import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { Permission } from '../auth/permission.ts';
import { Act, RecordsNothing } from '../auth/recording.ts';
import { answer } from '../http/answer.ts';
import { statusOf } from '../http/statuses.ts';
import { OwnRepublication } from './own-republication.ts';

/** What operators hold in every service that publishes facts. */
export const republishPermissions = ['republish-topics'];

/** All topics of the service when none is named. */
const republishBody = z.object({ topic: z.string().optional() });

const startedView = z.object({ items: z.array(z.object({ topic: z.string(), facts: z.int() })) });
const stateView = z.object({ topics: z.array(z.string()), left: z.int() });

/** An operator has topics published again. */
@Controller('republications')
export class RepublishController {
  constructor(private readonly republication: OwnRepublication) {}

  /** Starts it: how many facts of each topic will be sent once more. Refusal: `republish/not-own-topic`. */
  @Post()
  @HttpCode(202)
  @Permission('republish-topics')
  @Act()
  @ApiResponse({ status: 202, standardSchema: startedView })
  async start(@Body({ schema: republishBody }) { topic }: z.output<typeof republishBody>) {
    return { items: answer(await this.republication.start(topic), statusOf) };
  }

  /** The topics that are being published again, and how many rows of the outbox are left to pass: 0 when it is done. */
  @Get()
  @Permission('republish-topics')
  @RecordsNothing('counts of facts')
  @ApiResponse({ status: 200, standardSchema: stateView })
  async state() {
    return await this.republication.state();
  }
}
