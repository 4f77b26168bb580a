import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { readingContinued } from '@recapito/contracts';
import { type ContinuedReading, FactStrategy, listStoppedPartitions, type StoppedPartition } from '@recapito/messaging';
import { z } from 'zod';
import { type Caller, CurrentCaller } from '../auth/caller.ts';
import { Permission } from '../auth/permission.ts';
import { Publishes, RecordsNothing } from '../auth/recording.ts';
import { Database } from '@recapito/database';
import { answer } from '../http/answer.ts';
import { statusOf } from '../http/statuses.ts';

const partitionPath = z.object({ topic: z.string().max(100), partition: z.coerce.number().int().min(0).max(1_000) });
const placeView = { topic: z.string(), partition: z.int(), generation: z.int(), next: z.string() };
const stoppedView = z.object({
  consumer: z.string(),
  ...placeView,
  cause: z.enum(['end-below-position', 'begins-above-position', 'last-record-missing', 'offsets-skipped']),
  stoppedAt: z.iso.datetime(),
});
const reasonBody = z.object({ reason: z.string().trim().min(3).max(500) });

/** The partitions that a service does not read because they do not continue what it has read, and an operator's decision. */
@Controller('partitions')
export class StoppedPartitionsController {
  constructor(
    private readonly database: Database,
    private readonly facts: FactStrategy,
  ) {}

  /** The partitions that wait for a decision; few, and none in ordinary times. */
  @Get('stopped')
  @Permission('list-dead-letters')
  @RecordsNothing('names of topics, and causes')
  @ApiResponse({ status: 200, standardSchema: z.array(stoppedView) })
  async stopped(): Promise<StoppedPartition[]> {
    return listStoppedPartitions(this.database.client);
  }

  /**
   * Opens the next generation of a stopped partition: it is read on behind the last record that both logs share. Refusal:
   * `partition/not-stopped`, also when a repetition finds that the first call has done it.
   */
  @Post(':topic/:partition/generations')
  @Permission('decide-dead-letter')
  @Publishes(readingContinued)
  @ApiResponse({ status: 201, standardSchema: z.object(placeView) })
  async open(
    @Param({ schema: partitionPath }) partition: z.output<typeof partitionPath>,
    @Body({ schema: reasonBody }) { reason }: z.output<typeof reasonBody>,
    @CurrentCaller() { name: by }: Caller,
  ): Promise<ContinuedReading> {
    return answer(await this.facts.continueReading(partition, { by, reason }), statusOf);
  }
}
