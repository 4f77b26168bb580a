import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Database } from '@recapito/database';
import {
  Act,
  answer,
  keyAfter,
  pageFrom,
  pageOf,
  pageQuery,
  Permission,
  Reading,
  SuiteClock,
} from '@recapito/platform';
import { formatInstant } from '@recapito/primitives';
import { z } from 'zod';
import { Installation } from '../programme/installation.ts';
import { operateQueue } from '../application/queue/operate-queue.ts';
import type { QueueCommand } from '../domain/queue.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { queuePage } from '../persistence/queue.store.ts';
import type { Queued } from '../persistence/queue.store.ts';
import { statusOfQueue } from './problem.ts';

const state = z.enum(['due', 'held']);
const number = z.string().regex(/^\d{1,18}$/);
const listQuery = pageQuery.extend({ state: state.optional(), towards: z.string().optional() });
const pageEnd = z.object({ id: number });

const queued = z.object({
  id: number,
  provider: z.string(),
  /** The provider that it waits for. */
  towards: z.string(),
  /** `tipo` of its certification data. */
  kind: z.string(),
  identificativo: z.string(),
  messageId: z.string(),
  recipients: z.array(z.string()),
  /** The certified instant, RFC 3339 in UTC. */
  at: z.iso.datetime(),
  state,
  /** The hold of its sender’s box under which it waits. */
  holdId: z.uuid().nullable(),
  tries: z.int(),
  /** When it is tried next, or when its lease ends; system time in UTC. */
  notBefore: z.iso.datetime(),
});

const operated = z.object({ state: z.enum(['due', 'held', 'returned']) });

/** What waits to leave for other providers, for operators: to look at, to hold, to hurry, to give up. */
@ApiTags('queue')
@ApiBearerAuth()
@Controller('queue')
export class QueueController {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly installation: Installation,
  ) {}

  /** In the order in which it was made; `?state=held`, `?towards=` name some of it. */
  @Get()
  @Permission('operate-queue')
  @Reading()
  @ApiResponse({ status: 200, standardSchema: pageOf(queued) })
  async list(@Query({ schema: listQuery }) query: z.output<typeof listQuery>) {
    const rows = await queuePage(this.database.client, {
      state: query.state ?? null,
      towards: query.towards ?? null,
      except: this.installation.providers.map(({ name }) => name),
      after: BigInt(keyAfter(query, pageEnd)?.id ?? 0),
      limit: query.limit + 1,
    });
    return pageFrom(rows, query, ({ id }) => ({ id: String(id) }), shown);
  }

  /** Nobody tries it any more until it is retried. */
  @Post(':id/holds')
  @HttpCode(200)
  @Permission('operate-queue')
  @Act()
  @ApiResponse({ status: 200, standardSchema: operated })
  async hold(@Param('id') id: string) {
    return await this.#operate(id, 'hold');
  }

  /** Held or resting, it is tried at once. */
  @Post(':id/retries')
  @HttpCode(200)
  @Permission('operate-queue')
  @Act()
  @ApiResponse({ status: 200, standardSchema: operated })
  async retry(@Param('id') id: string) {
    return await this.#operate(id, 'retry');
  }

  /** Gives up a held one: the sender of an envelope gets a notice of non-delivery for each recipient. */
  @Post(':id/returns')
  @HttpCode(200)
  @Permission('operate-queue')
  @Act()
  @ApiResponse({ status: 200, standardSchema: operated })
  async return(@Param('id') id: string) {
    return await this.#operate(id, 'return');
  }

  async #operate(typed: string, command: QueueCommand): Promise<z.output<typeof operated>> {
    const id = BigInt(number.safeParse(typed).data ?? 0);
    const order = { id, command, at: this.clock.now(), now: new Date() };
    const result = await this.database.transaction((tx) => operateQueue(tx, this.installation, order));
    return operated.parse(answer(result, statusOfQueue));
  }
}

function shown({ id, at, forwardPath, notBefore, ...rest }: Queued): z.output<typeof queued> {
  return queued.parse({
    ...rest,
    id: String(id),
    recipients: forwardPath,
    at: formatInstant(at),
    notBefore: notBefore.toISOString(),
  });
}
