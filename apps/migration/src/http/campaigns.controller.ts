import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { Database } from '@recapito/database';
import {
  Act,
  answer,
  Approvals,
  InHand,
  keyAfter,
  pageFrom,
  pageOf,
  pageQuery,
  Permission,
  Reading,
  RecordsNothing,
  SuiteClock,
  TwoPersons,
} from '@recapito/platform';
import type { ActInHand } from '@recapito/platform';
import { z } from 'zod';
import { openCampaign } from '../application/open-campaign.ts';
import { proposeCampaign } from '../application/propose-campaign.ts';
import { unknownCampaign, unknownProgramme } from '../domain/refusals.ts';
import { findCampaign, listCampaigns, lockCampaign } from '../persistence/campaign.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import type { Tx } from '../persistence/transaction.ts';
import { campaignReport } from '../persistence/queries/campaign-report.ts';
import { movesPage } from '../persistence/queries/moves-page.ts';
import { Campaigns } from '../programme/campaigns.ts';
import { campaignDocument, moveDocument, newCampaign, reportDocument, showCampaign, showMove } from './documents.ts';
import { statusOf } from './problem.ts';

const movesQuery = pageQuery.extend({
  state: moveDocument.shape.state.optional(),
  holder: z.uuid().optional(),
  late: z
    .stringbool()
    .optional()
    .describe('true: confirmed, and not switched within twenty-four hours; false: the others'),
});

/** Campaigns: proposed from a programme, opened, looked at. */
@Controller('campaigns')
export class CampaignsController {
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #campaigns: Campaigns;
  readonly #approvals: Approvals<PrismaClient>;

  constructor(
    database: Database<PrismaClient>,
    clock: SuiteClock,
    campaigns: Campaigns,
    approvals: Approvals<PrismaClient>,
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#campaigns = campaigns;
    this.#approvals = approvals;
  }

  /** Proposes the campaign of a programme; again, it changes nothing: a programme has one. */
  @Post()
  @Permission('run-campaign')
  @Act()
  @ApiResponse({ status: 201, standardSchema: campaignDocument })
  async propose(@Body({ schema: newCampaign }) { programme }: z.output<typeof newCampaign>) {
    const at = this.#clock.now();
    const plan = this.#campaigns.of(programme);
    if (plan === undefined) return answer(unknownProgramme(programme, this.#campaigns.names), statusOf);
    return showCampaign(await this.#database.transaction((tx) => proposeCampaign(tx, plan, at)));
  }

  /** Opens a campaign: from now on it takes cohorts. */
  @Post(':campaign/openings')
  @Permission('run-campaign')
  @Act()
  @TwoPersons()
  @ApiResponse({ status: 200, standardSchema: campaignDocument })
  async open(@Param('campaign') id: string, @InHand() hand: ActInHand) {
    const at = this.#clock.now();
    const act = {
      act: 'open-campaign',
      command: { campaign: id },
      stateOf: async (tx: Tx) => (await lockCampaign(tx, id))?.state ?? unknownCampaign(id),
    };
    const taken = await this.#approvals.take(hand, act, (tx) => openCampaign(tx, id, at));
    const done = answer(taken, statusOf);
    return 'approval' in done ? done : showCampaign(done);
  }

  /** All campaigns, in the order of their names. */
  @Get()
  @Permission('read-campaign')
  @RecordsNothing('what campaigns are')
  @ApiResponse({ status: 200, standardSchema: pageOf(campaignDocument) })
  async list(@Query({ schema: pageQuery }) query: z.output<typeof pageQuery>) {
    const after = keyAfter(query, z.string()) ?? '';
    const rows = await listCampaigns(this.#database.client, after, query.limit + 1);
    return pageFrom(rows, query, ({ id }) => id, showCampaign);
  }

  /** One campaign. */
  @Get(':campaign')
  @Permission('read-campaign')
  @RecordsNothing('what a campaign is')
  @ApiResponse({ status: 200, standardSchema: campaignDocument })
  async show(@Param('campaign') id: string) {
    return showCampaign(answer((await findCampaign(this.#database.client, id)) ?? unknownCampaign(id), statusOf));
  }

  /** How a campaign stands: cohort, moves, the slowest switch. */
  @Get(':campaign/report')
  @Permission('read-campaign')
  @RecordsNothing('counts of a campaign')
  @ApiResponse({ status: 200, standardSchema: reportDocument })
  async report(@Param('campaign') id: string) {
    answer((await findCampaign(this.#database.client, id)) ?? unknownCampaign(id), statusOf);
    return this.#database.transaction((tx) => campaignReport(tx, id));
  }

  /** Its moves in the order of the codici fiscali: all, or those of a state, a holder, and those that are late. */
  @Get(':campaign/moves')
  @Permission('read-campaign')
  @Reading()
  @ApiResponse({ status: 200, standardSchema: pageOf(moveDocument) })
  async moves(@Param('campaign') campaign: string, @Query({ schema: movesQuery }) query: z.output<typeof movesQuery>) {
    const after = keyAfter(query, z.string()) ?? '';
    const filter = { campaign, at: this.#clock.now(), ...query };
    const rows = await movesPage(this.#database.client, filter, after, query.limit + 1);
    return pageFrom(rows, query, (row) => row.codiceFiscale, showMove);
  }
}
