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
import { addDays, instant, parseCertifiedAddress, parseRomeDay, refuse, startOfDay } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { z } from 'zod';
import { submissionStates } from '../domain/submission.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { messageLife } from '../persistence/queries/message-life.ts';
import { findMessage, searchMessages } from '../persistence/queries/message-search.ts';
import { statusOfMessage } from './problem.ts';

/** Longer than any Message-ID that we take (RFC 5322, 2.1.1). */
const longestId = 998;

const searchedAddress = searchTextAs(320, parseCertifiedAddress);
const searchedDay = searchTextAs(20, parseRomeDay);

const searchQuery = pageQuery
  .extend({
    identificativo: searchText(longestId).optional().describe('Exactly, with or without angle brackets.'),
    sender: searchedAddress.optional(),
    recipient: searchedAddress.optional().describe('A box of ours, or somebody to whom a box of ours has written.'),
    day: searchedDay.optional().describe('Of the calendar in Rome, as 2010-08-02: when it became known here.'),
  })
  .superRefine(({ identificativo, sender, recipient, day }, context) => {
    if ([identificativo, sender, recipient, day].some((each) => each !== undefined)) return;
    const words = {
      it: 'occorre almeno uno tra identificativo, sender, recipient e day',
      en: 'at least one of identificativo, sender, recipient and day is needed',
    };
    context.addIssue({ ...customFault(words), path: ['identificativo'] });
  });

const messageEnd = z.object({ at: z.int().transform(instant), key: z.string() });

const found = {
  key: z.string().describe('What the message is read by; the identificativo of most.'),
  identificativo: z.string(),
  at: instantField.describe('When it became known here.'),
  sender: z.string(),
  recipients: z.array(z.string()),
  subject: z.string().nullable(),
  state: z.enum(submissionStates).nullable().describe('Null of a message that another provider brought.'),
};

const foundView = z.object(found);

const messageView = z.object({
  message: foundView,
  recipients: z
    .array(
      z.object({
        address: z.string(),
        provider: z.string(),
        state: z.string(),
        outcomeAt: instantField.nullable(),
      }),
    )
    .describe('Outcomes at the recipients of a message of ours.'),
  emissions: z
    .array(
      z.object({
        kind: z.string().describe('`tipo` of daticert.xml.'),
        at: instantField,
        messageId: z.string(),
        about: z.array(z.string()),
        towards: z.string().nullable().describe('A provider; null when it goes to a box of the same one.'),
        state: z.string(),
      }),
    )
    .describe('Envelopes, receipts and notices that we made, in their order.'),
  arrivals: z
    .array(
      z.object({
        kind: z.string(),
        tipo: z.string(),
        at: instantField,
        signedBy: z.string(),
        boxes: z.array(z.string()),
      }),
    )
    .describe('What providers brought about it, in its order.'),
});

const byKey = z.object({ key: searchText(longestId) });

/** Certified messages that passed through our points, for operators: what was certified of them, never their content. */
@ApiTags('messages')
@ApiBearerAuth()
@Controller('messages')
export class MessagesController {
  constructor(private readonly database: Database<PrismaClient>) {}

  /** Searches messages by identificativo, sender, recipient and day, the newest first. */
  @Get()
  @Permission('search-messages')
  @Reading('always')
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: pageOf(foundView) })
  async search(@Query({ schema: searchQuery }) query: z.output<typeof searchQuery>) {
    const { identificativo, sender, recipient, day, limit } = query;
    const search = {
      identificativo: identificativo?.replace(/^<(.*)>$/, '$1'),
      sender,
      recipient,
      during: day && { from: startOfDay(day), until: startOfDay(addDays(day, 1)) },
    };
    const rows = await searchMessages(this.database.client, search, keyAfter(query, messageEnd), limit + 1);
    return pageFrom(
      rows,
      query,
      ({ at, key }) => ({ at, key }),
      (row) => row,
    );
  }

  /** The life of a message: outcomes, receipts, and what came in about it. */
  @Get(':key')
  @Permission('read-message')
  @Reading('always')
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: messageView })
  async read(@Param({ schema: byKey }) { key }: z.output<typeof byKey>) {
    const { client } = this.database;
    const message = answer((await findMessage(client, key)) ?? unknownMessage(), statusOfMessage);
    return { message, ...(await messageLife(client, key)) };
  }
}

function unknownMessage(): Refusal<'message/unknown'> {
  return refuse('message/unknown', 'MESSAGE-SEARCH', {
    it: 'Nessun messaggio con questo identificativo è passato di qui.',
    en: 'No message of this identificativo has passed here.',
  });
}
