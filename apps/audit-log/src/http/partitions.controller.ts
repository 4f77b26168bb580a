import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { generationOpened, instantField } from '@recapito/contracts';
import { Database, onceByKey } from '@recapito/database';
import {
  answer,
  CurrentCaller,
  IdempotencyKey,
  Permission,
  Publishes,
  RecordsNothing,
  SuiteClock,
} from '@recapito/platform';
import type { Caller } from '@recapito/platform';
import { isRefusal, refuse } from '@recapito/primitives';
import { z } from 'zod';
import { openGeneration } from '../application/open-generation.ts';
import { TraceIngest } from '../kafka/trace-ingest.ts';
import { BulkTransactions } from '../persistence/bulk-transactions.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { stoppedPartitions } from '../persistence/ingest.store.ts';
import { statusOf } from './problem.ts';

const partitionPath = z.object({ topic: z.string().max(100), partition: z.coerce.number().int().min(0).max(1_000) });
const reasonBody = z.object({ reason: z.string().trim().min(3).max(500) });

const stoppedView = z.object({
  topic: z.string(),
  partition: z.int(),
  generation: z.int(),
  cause: z.string(),
  /** By the suite clock. */
  foundAt: instantField,
  /** The offset to be read next when it stopped. */
  next: z.int(),
});

const openedView = z.object({ topic: z.string(), partition: z.int(), generation: z.int(), next: z.int() });

/** Partitions whose reading has stopped, and an operator's decision to read on. */
@ApiTags('partitions')
@ApiBearerAuth()
@Controller('partitions')
export class PartitionsController {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly ingest: TraceIngest,
    private readonly transactions: BulkTransactions,
  ) {}

  /** The partitions that wait for a decision; few, and none in ordinary times. */
  @Get('stopped')
  @Permission('read-checkpoint')
  @RecordsNothing('names of topics, and causes')
  @ApiResponse({ status: 200, standardSchema: z.array(stoppedView) })
  async stopped(): Promise<z.output<typeof stoppedView>[]> {
    return stoppedPartitions(this.database.client);
  }

  /**
   * Opens the next generation of a stopped partition: it is read on behind the gap where it stopped, else from the first
   * record that the broker has. Refusals: `partition/unknown`, `partition/not-stopped`, `idempotency-key/reused`.
   */
  @Post(':topic/:partition/generations')
  @Permission('open-generation')
  @Publishes(generationOpened)
  @ApiResponse({ status: 201, standardSchema: openedView })
  async open(
    @Param({ schema: partitionPath }) partition: z.output<typeof partitionPath>,
    @Body({ schema: reasonBody }) body: z.output<typeof reasonBody>,
    @IdempotencyKey() key: string,
    @CurrentCaller() { name: by }: Caller,
  ): Promise<z.output<typeof openedView>> {
    // The broker is asked before the transaction begins.
    const low = await this.ingest.firstOffset(partition);
    if (low === null) return answer(unknownPartition(), statusOf);
    const operation = `POST /partitions/${partition.topic}/${partition.partition}/generations`;
    const command = { ...partition, low, by, reason: body.reason, at: this.clock.now() };
    const opened = await this.transactions.run((tx) =>
      onceByKey(tx, { caller: by, operation, key, body }, () => openGeneration(tx, command), keeps),
    );
    return answer(opened, statusOf);
  }
}

/** A refusal is not remembered: the same key may be used again when the partition has stopped. */
function keeps(given: unknown): boolean {
  return !isRefusal(given);
}

function unknownPartition() {
  return refuse('partition/unknown', 'TRACE-GENERATION', {
    it: 'La traccia non legge una partizione con questo nome.',
    en: 'The trace reads no partition of this name.',
  });
}
