import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import {
  Act,
  answer,
  Database,
  keyAfter,
  pageFrom,
  pageOf,
  pageQuery,
  Permission,
  Reading,
  RecordsNothing,
  SuiteClock,
} from '@recapito/platform';
import type { PageQuery } from '@recapito/platform';
import { z } from 'zod';
import { openCampaign } from '../application/open-campaign.ts';
import { proposeCampaign } from '../application/propose-campaign.ts';
import { unknownCampaign, unknownProgramme } from '../domain/refusals.ts';
import { findCampaign } from '../persistence/campaign.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { campaignReport } from '../persistence/queries/campaign-report.ts';
import { movesPage } from '../persistence/queries/moves-page.ts';
import { Campaigns } from '../programme/campaigns.ts';
import { campaignDocument, moveDocument, newCampaign, reportDocument, showCampaign, showMove } from './documents.ts';
import { statusOf } from './problem.ts';

/** Campaigns: proposed from a programme, opened, looked at. */
@Controller('campaigns')
export class CampaignsController {
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #campaigns: Campaigns;

  constructor(database: Database<PrismaClient>, clock: SuiteClock, campaigns: Campaigns) {
    this.#database = database;
    this.#clock = clock;
    this.#campaigns = campaigns;
  }

  /** Proposing is idempotent by its nature: a programme has one campaign. */
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

  @Post(':campaign/openings')
  @HttpCode(200)
  @Permission('run-campaign')
  @Act()
  @ApiResponse({ status: 200, standardSchema: campaignDocument })
  async open(@Param('campaign') id: string) {
    const at = this.#clock.now();
    return showCampaign(answer(await this.#database.transaction((tx) => openCampaign(tx, id, at)), statusOf));
  }

  @Get(':campaign')
  @Permission('read-campaign')
  @RecordsNothing('what a campaign is')
  @ApiResponse({ status: 200, standardSchema: campaignDocument })
  async show(@Param('campaign') id: string) {
    return showCampaign(answer((await findCampaign(this.#database.client, id)) ?? unknownCampaign(id), statusOf));
  }

  @Get(':campaign/report')
  @Permission('read-campaign')
  @RecordsNothing('counts of a campaign')
  @ApiResponse({ status: 200, standardSchema: reportDocument })
  async report(@Param('campaign') id: string) {
    answer((await findCampaign(this.#database.client, id)) ?? unknownCampaign(id), statusOf);
    return this.#database.transaction((tx) => campaignReport(tx, id));
  }

  @Get(':campaign/moves')
  @Permission('read-campaign')
  @Reading()
  @ApiResponse({ status: 200, standardSchema: pageOf(moveDocument) })
  async moves(@Param('campaign') id: string, @Query({ schema: pageQuery }) query: PageQuery) {
    const after = keyAfter(query, z.string()) ?? '';
    const rows = await movesPage(this.#database.client, id, after, query.limit + 1);
    return pageFrom(rows, query, (row) => row.codiceFiscale, showMove);
  }
}
