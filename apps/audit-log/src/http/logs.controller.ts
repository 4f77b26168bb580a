import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { logDeclared } from '@recapito/contracts';
import { Database, onceByKey } from '@recapito/database';
import {
  answer,
  CurrentCaller,
  IdempotencyKey,
  JobWakes,
  Permission,
  Publishes,
  RecordsNothing,
  SuiteClock,
} from '@recapito/platform';
import type { Caller } from '@recapito/platform';
import { isRefusal, refuse } from '@recapito/primitives';
import { z } from 'zod';
import { declareLog } from '../application/declare-log.ts';
import { SigningState } from '../application/signing-state.ts';
import { PublishedCheckpoints } from '../kafka/published-checkpoints.ts';
import { BulkTransactions } from '../persistence/bulk-transactions.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { currentLog } from '../persistence/log.store.ts';
import { CheckpointKey } from '../sealing/checkpoint-key.ts';
import { statusOf } from './problem.ts';

const reasonBody = z.object({ reason: z.string().trim().min(3).max(500) });

const headView = z.object({ origin: z.string(), size: z.int(), root: z.string() });

const currentView = z.object({
  origin: z.string(),
  /** The published head that the tree does not continue; null while checkpoints are signed. */
  broken: z.object({ cause: z.string(), published: headView, entries: z.int() }).nullable(),
});

const declaredView = z.object({ origin: z.string(), ended: headView.extend({ note: z.string() }) });

/** The log whose checkpoints are signed, and an operator's declaration of a new one. */
@ApiTags('logs')
@ApiBearerAuth()
@Controller('logs')
export class LogsController {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly key: CheckpointKey,
    private readonly signing: SigningState,
    private readonly publishedCheckpoints: PublishedCheckpoints,
    private readonly jobs: JobWakes,
    private readonly transactions: BulkTransactions,
  ) {}

  /** The current log, and why nothing is signed when that is so. */
  @Get('current')
  @Permission('read-checkpoint')
  @RecordsNothing('the head of the log names nobody')
  @ApiResponse({ status: 200, standardSchema: currentView })
  async current(): Promise<z.output<typeof currentView>> {
    const { origin } = await currentLog(this.database.client, this.key.origin);
    const found = this.signing.broken;
    if (found === null) return { origin, broken: null };
    const { origin: of, size, root } = found.published.head;
    const published = { origin: of, size, root: Buffer.from(root).toString('base64') };
    return { origin, broken: { cause: found.broken, published, entries: found.entries } };
  }

  /**
   * Declares a new log, because the tree cannot continue what was published. Refusals: `log/not-broken`,
   * `log/not-compared` while the published checkpoints are not known, `idempotency-key/reused`.
   */
  @Post()
  @Permission('declare-log')
  @Publishes(logDeclared)
  @ApiResponse({ status: 201, standardSchema: declaredView })
  async declare(
    @Body({ schema: reasonBody }) body: z.output<typeof reasonBody>,
    @IdempotencyKey() key: string,
    @CurrentCaller() { name: by }: Caller,
  ): Promise<z.output<typeof declaredView>> {
    const published = await this.publishedCheckpoints.newest();
    if (published === null) return answer(notCompared(), statusOf);
    const request = { caller: by, operation: 'POST /logs', key, body };
    const command = { key: this.key, published, by, reason: body.reason, at: this.clock.now(), now: Date.now() };
    const declared = await this.transactions.run((tx) => onceByKey(tx, request, () => declareLog(tx, command), keeps));
    this.jobs.wake('sign-checkpoints');
    return answer(declared, statusOf);
  }
}

/** A refusal is not remembered: the same key may be used again when the log has broken. */
function keeps(given: unknown): boolean {
  return !isRefusal(given);
}

function notCompared() {
  return refuse('log/not-compared', 'TRACE-PUBLISHED', {
    it: 'I checkpoint pubblicati non sono ancora noti: riprovare tra poco.',
    en: 'The published checkpoints are not known yet: try again shortly.',
  });
}
