import { Controller, Delete, Get, Header, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { holderUnblocked, instantField, personalDataRead } from '@recapito/contracts';
import {
  ArrivedAt,
  answer,
  CurrentCaller,
  keyAfter,
  pageFrom,
  pageOf,
  pageQuery,
  Permission,
  Publishes,
  PurposeOrQuery,
  PurposeOrQueryDocument,
  Reading,
  RecordsNothing,
} from '@recapito/platform';
import type { Caller, PageQuery } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';
import { giveContact } from '../application/give-contact.ts';
import { liftBlock } from '../application/lift-block.ts';
import { readHolder } from '../application/read-holder.ts';
import { blocksOverBound } from '../persistence/queries/blocks-over-bound.ts';
import { hashesOfCampaign } from '../persistence/queries/hashes-of-campaign.ts';
import { IdentityParts } from './identity-parts.ts';
import { statusOf } from './problem.ts';
import { byId, courtesyChannel, liftedView, personFields, recipientView } from './shapes.ts';

const contactPath = byId.extend({ channel: courtesyChannel });

const holderView = z.object({
  ...personFields,
  emailOrdinaria: z.string().nullable(),
  cellulare: z.string().nullable(),
  indirizzo: z.string().nullable(),
  addresses: z.array(z.string()),
});

const blockView = z.object({
  holder: z.uuid(),
  enrolment: z.uuid(),
  blockedFrom: instantField,
  blockedUntil: instantField,
  until: instantField,
});

const campaignPath = z.object({ campaign: z.string().min(1).max(100) });
const hashesView = z.object({ completed: z.int(), hashes: z.int() });

/** The operator's doors: who somebody is, blocks, and what a campaign has cost in hashes. */
@ApiTags('holders')
@ApiBearerAuth()
@Controller()
export class HoldersController {
  constructor(private readonly parts: IdentityParts) {}

  /** Who a holder is; the purpose says in words why the reader needs it, and is kept with the reading. */
  @Get('holders/:id')
  @Permission('read-holder')
  @Publishes(personalDataRead)
  @PurposeOrQueryDocument()
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: holderView })
  async read(
    @Param({ schema: byId }) { id }: z.output<typeof byId>,
    @PurposeOrQuery() purpose: string,
    @CurrentCaller() caller: Caller,
    @ArrivedAt() at: Instant,
  ): Promise<z.output<typeof holderView>> {
    const { database } = this.parts.access;
    const command = { holder: id, reader: caller.name, purpose, at };
    const holder = answer(await database.transaction((tx) => readHolder(tx, command)), statusOf);
    return { ...holder, addresses: [...holder.addresses] };
  }

  /** Where a channel leads, for the service that writes to a holder; the purpose is the id of what is to be told. */
  @Get('holders/:id/contacts/:channel')
  @Permission('read-contact')
  @Publishes(personalDataRead)
  @PurposeOrQueryDocument()
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: recipientView })
  async contact(
    @Param({ schema: contactPath }) { id: holder, channel }: z.output<typeof contactPath>,
    @PurposeOrQuery() purpose: string,
    @CurrentCaller() { name: reader }: Caller,
    @ArrivedAt() at: Instant,
  ) {
    const { database } = this.parts.access;
    const command = { holder, channel, reader, purpose, at };
    return answer(await database.transaction((tx) => giveContact(tx, command)), statusOf);
  }

  /** Ends a block before its time, when the holder has proved otherwise who they are. */
  @Delete('holders/:id/block')
  @Permission('lift-block')
  @Publishes(holderUnblocked)
  @ApiResponse({ status: 200, standardSchema: liftedView })
  async lift(
    @Param({ schema: byId }) { id }: z.output<typeof byId>,
    @CurrentCaller() caller: Caller,
    @ArrivedAt() at: Instant,
  ) {
    const { database } = this.parts.access;
    const command = { holder: id, operator: caller.name, at };
    return answer(await database.transaction((tx) => liftBlock(tx, command)), statusOf);
  }

  /** Unconfirmed holders whom a block keeps out until the campaign's bound has passed. */
  @Get('campaigns/:campaign/blocks')
  @Permission('list-blocks')
  @Reading()
  @ApiResponse({ status: 200, standardSchema: pageOf(blockView) })
  async blocks(
    @Param({ schema: campaignPath }) { campaign }: z.output<typeof campaignPath>,
    @Query({ schema: pageQuery }) query: PageQuery,
  ) {
    const { client } = this.parts.access.database;
    const rows = await blocksOverBound(client, campaign, keyAfter(query, z.uuid()), query.limit + 1);
    return pageFrom(
      rows,
      query,
      ({ enrolment }) => enrolment,
      (row) => row,
    );
  }

  /** What the completed moves of a campaign have cost. */
  @Get('campaigns/:campaign/hashes')
  @Permission('read-hashes')
  @RecordsNothing('counts of a campaign')
  @ApiResponse({ status: 200, standardSchema: hashesView })
  async hashes(@Param({ schema: campaignPath }) { campaign }: z.output<typeof campaignPath>) {
    return await hashesOfCampaign(this.parts.access.database.client, campaign);
  }
}
