import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { instantField } from '@recapito/contracts';
import { Database } from '@recapito/database';
import { keyAfter, pageFrom, pageOf, pageQuery, Permission, Reading } from '@recapito/platform';
import { z } from 'zod';
import { readingDataOf } from './reading-data.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { readingsOf } from '../persistence/named-reading.store.ts';
import type { TracedFact } from '../persistence/traced-fact.ts';

const listQuery = pageQuery.extend({ holder: z.uuid() });

const readingView = z.object({
  index: z.int().describe('Of the entry; GET /entries/{index} discloses it with its inclusion proof.'),
  day: z.iso.date(),
  topic: z.string().describe('Of the service that was asked.'),
  type: z.string().describe('`personal-data-read`, `data-read`, or `act-asked` for a change.'),
  at: instantField.nullable(),
  caller: z.string().nullable().describe('An operator, or a service.'),
  act: z.string().nullable().describe('The permission that was used, or what was read.'),
  subject: z.string().nullable().describe('Path and query of the request.'),
  purpose: z.string().nullable(),
});

/** Who has read the data of a person, and why: for auditors, and for the person who asks. */
@ApiTags('readings')
@ApiBearerAuth()
@Controller('readings')
export class ReadingsController {
  constructor(private readonly database: Database<PrismaClient>) {}

  /**
   * Readings and acts that name a holder, the newest first. A search that has found somebody by a name or a codice fiscale
   * names its filter alone and is not among them.
   */
  @Get()
  @Permission('list-readings')
  @Reading('always')
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: pageOf(readingView) })
  async list(@Query({ schema: listQuery }) query: z.output<typeof listQuery>) {
    const below = keyAfter(query, z.int().min(0)) ?? Number.MAX_SAFE_INTEGER;
    const rows = await readingsOf(this.database.client, query.holder, below, query.limit + 1);
    return pageFrom(rows, query, ({ index }) => index, shown);
  }
}

function shown({ value, ...entry }: TracedFact): z.output<typeof readingView> {
  return { ...entry, ...readingDataOf(value) };
}
