import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Database } from '@recapito/database';
import {
  answer,
  keyAfter,
  pageFrom,
  pageOf,
  pageQuery,
  Permission,
  Reading,
  RecordsNothing,
  searchText,
} from '@recapito/platform';
import { z } from 'zod';
import { unknownCommunication } from '../domain/refusals.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { communicationsPage } from '../persistence/queries/communications-page.ts';
import { communicationsSummary } from '../persistence/queries/communications-summary.ts';
import { communicationDocument, showCommunication, stateQuery, summaryDocument } from './documents.ts';
import { statusOf } from './problem.ts';

const listQuery = pageQuery.extend({ ...stateQuery.shape, holder: searchText(100).optional() });
const pageEnd = z.object({ askedAt: z.iso.datetime().transform((text) => new Date(text)), id: z.uuid() });

/** The list of communications for operators, above all of those that have failed. */
@ApiTags('communications')
@ApiBearerAuth()
@Controller('communications')
export class CommunicationsController {
  readonly #database: Database<PrismaClient>;

  constructor(database: Database<PrismaClient>) {
    this.#database = database;
  }

  /** In the order in which they were asked for; `?state=failed` are those that somebody has to look at, `?holder=` one person's. */
  @Get()
  @Permission('list-communications')
  @Reading()
  @ApiResponse({ status: 200, standardSchema: pageOf(communicationDocument) })
  async list(@Query({ schema: listQuery }) query: z.output<typeof listQuery>) {
    const after = keyAfter(query, pageEnd);
    const rows = await communicationsPage(this.#database.client, query, after, query.limit + 1);
    return pageFrom(rows, query, ({ askedAt, id }) => ({ askedAt: askedAt.toISOString(), id }), showCommunication);
  }

  /** How many were sent, have arrived, have failed. */
  @Get('summary')
  @Permission('list-communications')
  @RecordsNothing('counts of communications')
  @ApiResponse({ status: 200, standardSchema: summaryDocument })
  async summary() {
    return await communicationsSummary(this.#database.client);
  }

  /** One communication. */
  @Get(':id')
  @Permission('list-communications')
  @Reading()
  @ApiResponse({ status: 200, standardSchema: communicationDocument })
  async show(@Param('id') id: string) {
    const known = z.uuid().safeParse(id).success;
    const row = known ? await this.#database.client.communication.findUnique({ where: { id } }) : null;
    return showCommunication(answer(row ?? unknownCommunication(id), statusOf));
  }
}
