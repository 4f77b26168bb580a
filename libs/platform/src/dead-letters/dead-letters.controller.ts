import { Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import {
  type DeadLetter,
  listDeadLetters,
  readDeadLetter,
  redrive,
  setAside,
  type SqlTransaction,
} from '@recapito/messaging';
import { isRefusal } from '@recapito/primitives';
import { z } from 'zod';
import { InHand, TwoPersons } from '../approvals/act-in-hand.ts';
import type { ActInHand } from '../approvals/act-in-hand.ts';
import { Approvals } from '../approvals/approvals.ts';
import { Permission } from '../auth/permission.ts';
import { Act, Reading } from '../auth/recording.ts';
import { Database } from '@recapito/database';
import { answer } from '../http/answer.ts';
import { statusOf } from '../http/statuses.ts';
import { keyAfter, type Page, pageFrom, pageOf, type PageQuery, pageQuery } from '../http/page.ts';

/** What the operator of a rehearsal holds in every service that reads facts. */
export const deadLetterPermissions = ['list-dead-letters', 'decide-dead-letter'];

const id = z.uuid();

const letterView = z.object({
  id,
  consumer: z.string(),
  topic: z.string(),
  partition: z.int(),
  offset: z.string(),
  key: z.string().nullable(),
  cause: z.string().nullable().describe('Null while it only waits behind an earlier record of its key.'),
  failureClass: z.enum(['permanent', 'infrastructure', 'other']).nullable(),
  tries: z.int().describe('How often a redrive has failed.'),
  keptAt: z.iso.datetime(),
  redriveAskedAt: z.iso.datetime().nullable(),
});

const readLetterView = letterView.extend({
  type: z.string().nullable(),
  body: z.string().nullable().describe('What lay in the topic, as UTF-8.'),
  behind: z.int().describe('Open records of its key that came after it.'),
});

/** The records that a service could not take, and what an operator decides about them. */
@Controller('dead-letters')
export class DeadLettersController {
  constructor(
    private readonly database: Database,
    private readonly approvals: Approvals,
  ) {}

  /** Open ones, oldest first: where each stood and why it is here, never its content. */
  @Get()
  @Permission('list-dead-letters')
  @Reading()
  @ApiResponse({ status: 200, standardSchema: pageOf(letterView) })
  async list(@Query({ schema: pageQuery }) query: PageQuery): Promise<Page<DeadLetter>> {
    const after = keyAfter(query, id);
    const page = { limit: query.limit + 1, ...(after !== undefined && { after }) };
    const rows = await listDeadLetters(this.database.client, page);
    return pageFrom(
      rows,
      query,
      (row) => row.id,
      (row) => row,
    );
  }

  /** One of them with what its record says. Refusal: `dead-letter/unknown`, also when it is closed. */
  @Get(':id')
  @Permission('list-dead-letters')
  @Reading('always')
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: readLetterView })
  async read(@Param('id', { schema: id }) letter: string) {
    return answer(await readDeadLetter(this.database.client, letter), statusOf);
  }

  /** The key of the record is replayed from its oldest open one on. */
  @Post(':id/redrive')
  @HttpCode(202)
  @Permission('decide-dead-letter')
  @Act()
  @ApiResponse({ status: 202, standardSchema: z.object({ asked: z.literal(true) }) })
  async redrive(@Param('id', { schema: id }) letter: string) {
    return answer(await this.database.transaction((tx) => redrive(tx, letter)), statusOf);
  }

  /** The record shall never take effect; those behind it may be redriven. */
  @Post(':id/set-aside')
  @Permission('decide-dead-letter')
  @Act()
  @TwoPersons()
  @ApiResponse({ status: 200, standardSchema: z.object({ setAside: z.literal(true) }) })
  async setAside(@Param('id', { schema: id }) letter: string, @InHand() hand: ActInHand) {
    const act = {
      act: 'set-aside-dead-letter',
      command: { letter },
      stateOf: async (tx: SqlTransaction) => {
        const open = await readDeadLetter(tx, letter);
        return isRefusal(open) ? open : 'open';
      },
    };
    return answer(await this.approvals.take(hand, act, (tx) => setAside(tx, letter)), statusOf);
  }
}
