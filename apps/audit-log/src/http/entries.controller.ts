import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { instantField } from '@recapito/contracts';
import { Database } from '@recapito/database';
import {
  answer,
  customFault,
  keyAfter,
  pageFrom,
  pageOf,
  pageQuery,
  Permission,
  Reading,
  searchText,
  searchTextAs,
} from '@recapito/platform';
import { addDays, parseRomeDay } from '@recapito/primitives';
import { z } from 'zod';
import { proveEntry } from '../application/prove-entry.ts';
import { disclosed } from '../domain/trace-line.ts';
import { factsAbout, factsOfMessage } from '../persistence/fact.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import type { TracedFact } from '../persistence/traced-fact.ts';
import { parsedJson } from './reading-data.ts';
import { statusOf } from './problem.ts';

const base64 = z.string();

const entryPath = z.object({ index: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) });

const entryView = z.object({
  /** The day of Rome under which it is filed; part of the leaf. */
  day: z.iso.date(),
  entry: z.object({
    index: z.int(),
    salt: base64,
    topic: z.string(),
    partition: z.int(),
    /** -1 for what the trace says about itself. */
    offset: z.int(),
    key: base64.nullable(),
    headers: z.array(z.tuple([z.string(), base64.nullable()])),
    value: base64.nullable(),
  }),
  /** The signed note whose tree has the entry. */
  checkpoint: z.string(),
  /** Inclusion proof (RFC 6962, 2.1.1), nearest sibling first. */
  proof: z.array(base64),
});

/** How long after a message became known its facts are looked for: the last of its receipts is due within two days. */
const daysOfMessage = 8;

/** Longer than any Message-ID that we take (RFC 5322, 2.1.1). */
const longestId = 998;

const factsQuery = pageQuery
  .extend({
    subject: z.uuid().optional().describe('A holder or a communication: what the facts are about.'),
    message: searchText(longestId).optional().describe('The identificativo of a certified message, with its `day`.'),
    day: searchTextAs(20, parseRomeDay)
      .optional()
      .describe('Of the calendar in Rome, on which the message became known; facts of eight days from then are found.'),
  })
  .superRefine(({ subject, message, day }, context) => {
    if (subject === undefined ? message !== undefined && day !== undefined : message === undefined) return;
    const words = {
      it: 'occorre subject, oppure message con day',
      en: 'either subject is needed, or message with day',
    };
    context.addIssue({ ...customFault(words), path: ['subject'] });
  });

const factView = z.object({
  index: z.int().describe('GET /entries/{index} discloses the entry with its inclusion proof.'),
  day: z.iso.date(),
  topic: z.string(),
  type: z.string(),
  at: instantField.nullable().describe('The instant of the fact.'),
  data: z.record(z.string(), z.unknown()).nullable().describe('Null when what lay in the topic is no JSON object.'),
});

/** Single entries, disclosed with what proves them. */
@ApiTags('entries')
@ApiBearerAuth()
@Controller('entries')
export class EntriesController {
  constructor(private readonly database: Database<PrismaClient>) {}

  /** What the trace has about a person, a communication or a message, in the order in which it was filed. */
  @Get()
  @Permission('read-trace')
  @Reading('always')
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: pageOf(factView) })
  async list(@Query({ schema: factsQuery }) query: z.output<typeof factsQuery>) {
    const page = { above: keyAfter(query, z.int().min(0)) ?? -1, limit: query.limit + 1 };
    const { subject, message = '', day } = query;
    const { client } = this.database;
    const facts =
      day === undefined
        ? await factsAbout(client, subject ?? '', page)
        : await factsOfMessage(client, { message, from: day, until: addDays(day, daysOfMessage) }, page);
    return pageFrom(facts, query, ({ index }) => index, factShown);
  }

  /** An entry of the trace with its proof. Refusal: `entry/unknown`, also while no checkpoint covers the entry. */
  @Get(':index')
  @Permission('read-trace')
  @Reading()
  @ApiResponse({ status: 200, standardSchema: entryView })
  async read(@Param({ schema: entryPath }) command: z.output<typeof entryPath>): Promise<z.output<typeof entryView>> {
    const proven = answer(await this.database.transaction((tx) => proveEntry(tx, command)), statusOf);
    const { headers, ...fields } = disclosed(proven.entry);
    return {
      day: proven.entry.day,
      entry: { ...fields, headers: headers.map(([name, value]) => [name, value]) },
      checkpoint: proven.checkpoint,
      proof: proven.proof.map((hash) => Buffer.from(hash).toString('base64')),
    };
  }
}

function factShown({ value, ...fact }: TracedFact): z.output<typeof factView> {
  const data = z.record(z.string(), z.unknown()).safeParse(parsedJson(value));
  return { ...fact, data: data.success ? data.data : null };
}
