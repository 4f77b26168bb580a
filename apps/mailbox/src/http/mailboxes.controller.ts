import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { mailboxStates, partyClasses, verbs } from '@recapito/capability';
import { boxStateChanged } from '@recapito/contracts';
import {
  answer,
  CurrentCaller,
  Database,
  IdempotencyKey,
  JobWakes,
  keyAfter,
  onceByKey,
  pageFrom,
  pageOf,
  pageQuery,
  Permission,
  Publishes,
  Reading,
  RecordsNothing,
  SuiteClock,
} from '@recapito/platform';
import type { Caller, Page, PageQuery } from '@recapito/platform';
import { z } from 'zod';
import { answerCapability } from '../application/answer-capability.ts';
import type { CapabilityAnswer } from '../application/answer-capability.ts';
import { ArmedCalendars } from '../application/armed-calendars.ts';
import { closeMailbox } from '../application/close-mailbox.ts';
import { MailStore } from '../dovecot/mail-store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { mailboxesAfter } from '../persistence/mailbox.store.ts';
import { statusOfMailbox } from './problem.ts';

const addressParam = z.string().min(3).max(320);

const shownMailbox = z.object({
  address: z.string(),
  service: z.string(),
  state: z.enum(mailboxStates),
  /** The Order that manages it; null when nobody does. */
  partner: z.string().nullable(),
});

type ShownMailbox = z.output<typeof shownMailbox>;

const capabilityQuery = z.object({
  /** One verb; all of them when left out. */
  verb: z.enum(verbs).optional(),
  /** Who is at the other end; left out, the circuit is not judged. */
  party: z.enum(partyClasses).optional(),
});

const refusalShown = z.object({
  refused: z.string(),
  rule: z.string(),
  words: z.object({ it: z.string(), en: z.string() }),
});

const capabilityAnswer = z.object({
  address: z.string(),
  service: z.string(),
  state: z.enum(mailboxStates),
  /** The suite instant that was judged, in UTC milliseconds. */
  at: z.int(),
  calendarVersion: z.int(),
  capabilities: z.array(z.object({ verb: z.enum(verbs), allowed: z.boolean(), refusal: refusalShown.nullable() })),
});

const page = pageOf(shownMailbox);

/** Mailboxes: their state, and what may be done with them now. */
@ApiTags('mailboxes')
@Controller('mailboxes')
export class MailboxesController {
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #calendars: ArmedCalendars;
  readonly #store: MailStore;
  readonly #jobs: JobWakes;

  constructor(
    database: Database<PrismaClient>,
    clock: SuiteClock,
    calendars: ArmedCalendars,
    store: MailStore,
    jobs: JobWakes,
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#calendars = calendars;
    this.#store = store;
    this.#jobs = jobs;
  }

  @Get()
  @Permission('list-mailboxes')
  @Reading()
  @ApiOperation({ summary: 'All boxes, in the order of their addresses' })
  @ApiResponse({ status: 200, standardSchema: page })
  async list(@Query({ schema: pageQuery }) query: PageQuery): Promise<Page<ShownMailbox>> {
    const after = keyAfter(query, z.string());
    const rows = await mailboxesAfter(this.#database.client, after, query.limit);
    return pageFrom(rows, query, ({ address }) => address, shown);
  }

  @Get(':address/capabilities')
  @Permission('read-capabilities')
  @RecordsNothing('what a box may do, and nothing about its holder')
  @ApiOperation({ summary: 'What a box may do at this instant, and why not' })
  @ApiResponse({ status: 200, standardSchema: capabilityAnswer })
  async capabilities(
    @Param('address', { schema: addressParam }) address: string,
    @Query({ schema: capabilityQuery }) { verb, party }: z.output<typeof capabilityQuery>,
  ): Promise<CapabilityAnswer> {
    const question = { address, verb, party, at: this.#clock.now() };
    return answer(await answerCapability(this.#database.client, this.#calendars, question), statusOfMailbox);
  }

  @Post(':address/closure')
  @HttpCode(200)
  @Permission('close-mailbox')
  @Publishes(boxStateChanged)
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiOperation({ summary: 'Closes a box by an operator’s act; its sessions end' })
  @ApiResponse({ status: 200, standardSchema: shownMailbox })
  async close(
    @Param('address', { schema: addressParam }) address: string,
    @IdempotencyKey() key: string,
    @CurrentCaller() { name }: Caller,
  ): Promise<ShownMailbox> {
    const request = { caller: name, operation: 'POST /mailboxes/closure', key, body: { address } };
    const command = { address, by: name, at: this.#clock.now() };
    const closed = await this.#database.transaction((tx) =>
      onceByKey(tx, request, () => closeMailbox(tx, this.#store, command)),
    );
    this.#jobs.wake('live-sessions');
    return shown(answer(closed, statusOfMailbox));
  }
}

/** A holder's id is no business of a list. */
function shown({ address, service, state, partner }: ShownMailbox): ShownMailbox {
  return { address, service, state, partner };
}
