import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { instantField } from '@recapito/contracts';
import { closeForgotten, currentEpoch, listForgotten, wentBack } from '@recapito/messaging';
import type { ForgottenFact } from '@recapito/messaging';
import { ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { Permission } from '../auth/permission.ts';
import { Act, RecordsNothing } from '../auth/recording.ts';
import { Database } from '@recapito/database';
import { answer } from '../http/answer.ts';
import { statusOf } from '../http/statuses.ts';
import { keyAfter, type Page, pageFrom, pageOf, type PageQuery, pageQuery } from '../http/page.ts';
import { RestoreDecision } from './restore-decision.ts';

/** What operators hold in every service that has a database. */
export const restorePermissions = ['see-restore', 'decide-restore'];

const id = z.uuid();

const stateView = z.object({ wentBackAt: z.iso.datetime().nullable(), forgotten: z.int(), epoch: z.int() });
const listedView = z.object({
  id,
  topic: z.string(),
  partition: z.int(),
  offset: z.string(),
  key: z.string(),
  type: z.string(),
  version: z.int(),
  sequence: z.int(),
  epoch: z.int(),
  time: instantField,
  foundAt: z.iso.datetime(),
});

/** A forgotten fact as an operator sees it: where it stands and what it is about, never its content. */
type ListedFact = Omit<ForgottenFact, 'value'>;

function listed(fact: ForgottenFact): ListedFact {
  const { id, topic, partition, offset, key, type, version, sequence, epoch, time, foundAt } = fact;
  return { id, topic, partition, offset, key, type, version, sequence, epoch, time, foundAt };
}

/** What a service knows of a database that was put back to an earlier state, and what an operator decides about it. */
@Controller('restore')
export class RestoreController {
  constructor(
    private readonly database: Database,
    private readonly decision: RestoreDecision,
  ) {}

  /** When it was found (system time; null: nothing waits for a decision), open forgotten facts, the epoch. */
  @Get()
  @Permission('see-restore')
  @RecordsNothing('an epoch and a count')
  @ApiResponse({ status: 200, standardSchema: stateView })
  async state() {
    const { since, forgotten } = await wentBack(this.database.client);
    return { wentBackAt: since, forgotten, epoch: await currentEpoch(this.database.client) };
  }

  /** Open forgotten facts, in the order of their ids. */
  @Get('forgotten')
  @Permission('see-restore')
  @RecordsNothing('places and keys of facts, and no person')
  @ApiResponse({ status: 200, standardSchema: pageOf(listedView) })
  async forgotten(@Query({ schema: pageQuery }) query: PageQuery): Promise<Page<ListedFact>> {
    const after = keyAfter(query, id);
    const page = { limit: query.limit + 1, ...(after !== undefined && { after }) };
    const rows = await listForgotten(this.database.client, page);
    return pageFrom(rows, query, (row) => row.id, listed);
  }

  /** The database as it is holds from now on: it gets a new epoch, and the service publishes again. */
  @Post('go-on')
  @HttpCode(200)
  @Permission('decide-restore')
  @Act('afterwards')
  @ApiResponse({ status: 200, standardSchema: z.object({ epoch: z.int() }) })
  async goOn() {
    return answer(await this.decision.goOn(), statusOf);
  }

  /** A forgotten fact stays forgotten: what it is about is as the database has it. */
  @Post('forgotten/:id/set-aside')
  @HttpCode(200)
  @Permission('decide-restore')
  @Act()
  @ApiResponse({ status: 200, standardSchema: z.object({ outcome: z.literal('set-aside') }) })
  async setAside(@Param('id', { schema: id }) fact: string) {
    return answer(await this.database.transaction((tx) => closeForgotten(tx, fact, 'set-aside')), statusOf);
  }
}
