import { Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { mailboxStates } from '@recapito/capability';
import { boxStateChanged, instantField } from '@recapito/contracts';
import { Database, onceByKey } from '@recapito/database';
import {
  answer,
  CurrentCaller,
  IdempotencyKey,
  JobWakes,
  keyAfter,
  pageFrom,
  pageOf,
  pageQuery,
  Permission,
  Publishes,
  Reading,
  searchText,
  SuiteClock,
} from '@recapito/platform';
import type { Caller, Page } from '@recapito/platform';
import { z } from 'zod';
import { closeMailbox } from '../application/close-mailbox.ts';
import { unknownMailbox } from '../application/unknown-mailbox.ts';
import { MailStore } from '../dovecot/mail-store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { findMailbox, listMailboxes } from '../persistence/queries/mailbox-list.ts';
import { statusOfMailbox } from './problem.ts';

export const addressParam = z.string().min(3).max(320);

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

const ownedMailbox = listedMailbox.extend({
  box: z.uuid(),
  holder: z.uuid().describe('Of a box of the provider: the box itself.'),
  isOwn: z.boolean().describe('A box of the provider or of a public body, which follows no calendar.'),
});

type OwnedMailbox = z.output<typeof ownedMailbox>;

/** A domain in lower case. */
const domainField = searchText(253).transform((domain) => domain.toLowerCase());

const listQuery = pageQuery.extend({
  state: z.enum(mailboxStates).optional(),
  domain: domainField.optional().describe('What stands after the @.'),
  holder: z.uuid().optional(),
});

/** Mailboxes: whose they are, and their state. */
@ApiTags('mailboxes')
@Controller('mailboxes')
export class MailboxesController {
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #store: MailStore;
  readonly #jobs: JobWakes;

  constructor(database: Database<PrismaClient>, clock: SuiteClock, store: MailStore, jobs: JobWakes) {
    this.#database = database;
    this.#clock = clock;
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

  /** One box, and whose it is. Refusal: `mailbox/unknown`. */
  @Get(':address')
  @Permission('list-mailboxes')
  @Reading('always')
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: ownedMailbox })
  async read(@Param('address', { schema: addressParam }) address: string): Promise<OwnedMailbox> {
    return answer((await findMailbox(this.#database.client, address)) ?? unknownMailbox, statusOfMailbox);
  }

  @Post(':address/closure')
  @HttpCode(200)
  @Permission('close-mailbox')
  @Publishes(boxStateChanged)
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
