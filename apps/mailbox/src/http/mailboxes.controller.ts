import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { mailboxStates, partyClasses, verbs } from '@recapito/capability';
import { boxStateChanged, instantField } from '@recapito/contracts';
import {
  answer,
  CurrentCaller,
  Database,
  IdempotencyKey,
  instantText,
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
  searchText,
  SuiteClock,
} from '@recapito/platform';
import type { Caller, Page } from '@recapito/platform';
import { z } from 'zod';
import { answerCapability } from '../application/answer-capability.ts';
import type { CapabilityAnswer } from '../application/answer-capability.ts';
import { ArmedCalendars } from '../application/armed-calendars.ts';
import { closeMailbox } from '../application/close-mailbox.ts';
import { MailStore } from '../dovecot/mail-store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { listMailboxes } from '../persistence/queries/mailbox-list.ts';
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

const listedMailbox = shownMailbox.extend({ stateSince: instantField });

type ListedMailbox = z.output<typeof listedMailbox>;

/** A domain in lower case. */
const domainField = searchText(253).transform((domain) => domain.toLowerCase());

const listQuery = pageQuery.extend({
  state: z.enum(mailboxStates).optional(),
  domain: domainField.optional().describe('What stands after the @.'),
  holder: z.uuid().optional(),
});

const capabilityQuery = z.object({
  /** One verb; all of them when left out. */
  verb: z.enum(verbs).optional(),
  /** Who is at the other end; left out, the circuit is not judged. */
  party: z.enum(partyClasses).optional(),
  /** On another date, with the state that the box has today; now when left out. */
  at: instantText.optional(),
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
  @ApiOperation({ summary: 'Boxes in the order of their addresses: all, or those of a state, a domain, a holder' })
  @ApiResponse({ status: 200, standardSchema: pageOf(listedMailbox) })
  async list(@Query({ schema: listQuery }) query: z.output<typeof listQuery>): Promise<Page<ListedMailbox>> {
    const rows = await listMailboxes(this.#database.client, query, keyAfter(query, z.string()), query.limit + 1);
    return pageFrom(
      rows,
      query,
      ({ address }) => address,
      (row) => row,
    );
  }

  @Get(':address/capabilities')
  @Permission('read-capabilities')
  @RecordsNothing('what a box may do, and nothing about its holder')
  @ApiOperation({ summary: 'What a box may do now or on another date, and why not' })
  @ApiResponse({ status: 200, standardSchema: capabilityAnswer })
  async capabilities(
    @Param('address', { schema: addressParam }) address: string,
    @Query({ schema: capabilityQuery }) { verb, party, at = this.#clock.now() }: z.output<typeof capabilityQuery>,
  ): Promise<CapabilityAnswer> {
    const question = { address, verb, party, at };
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
