import { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiConsumes, ApiResponse } from '@nestjs/swagger';
import { derivedId } from '@recapito/primitives';
import { Database } from '@recapito/database';
import {
  Act,
  answer,
  IdempotencyKey,
  JobWakes,
  Permission,
  Reading,
  RecordsNothing,
  SuiteClock,
} from '@recapito/platform';
import { z } from 'zod';
import { dryRun } from '../application/dry-run-cohort.ts';
import { receiveCohort, refusalToLoad } from '../application/receive-cohort.ts';
import { CohortFolder } from '../cohort-file/cohort-folder.ts';
import { rejectsHeader, rejectsLines } from '../cohort-file/rejects-csv.ts';
import { unknownCampaign, unknownLoad } from '../domain/refusals.ts';
import { findCampaign } from '../persistence/campaign.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { findLoad, rejectsAfter } from '../persistence/load.store.ts';
import type { Load } from '../persistence/load.store.ts';
import { dryRunDocument, loadDocument, showLoad } from './documents.ts';
import { statusOf } from './problem.ts';

/** Cohorts on their way into a campaign: tried, loaded, followed, and what stayed out. Bodies are streams of CSV. */
@Controller('campaigns/:campaign')
export class LoadsController {
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #folder: CohortFolder;
  readonly #jobs: JobWakes;

  constructor(database: Database<PrismaClient>, clock: SuiteClock, folder: CohortFolder, jobs: JobWakes) {
    this.#database = database;
    this.#clock = clock;
    this.#folder = folder;
    this.#jobs = jobs;
  }

  /** What loading a cohort would bring; nothing changes. */
  @Post('dry-runs')
  @HttpCode(200)
  @Permission('run-campaign')
  @Reading()
  @ApiConsumes('text/csv')
  @ApiResponse({ status: 200, standardSchema: dryRunDocument })
  async dryRun(@Param('campaign') id: string, @Body() upload: Readable) {
    const campaign = answer((await findCampaign(this.#database.client, id)) ?? unknownCampaign(id), statusOf);
    const cohort = answer(await this.#folder.save(upload), statusOf);
    return dryRun(this.#database.client, campaign, cohort.file, this.#clock.now());
  }

  /** Takes a cohort; it is read into moves in the background. Follow it by `GET`. */
  @Post('loads')
  @HttpCode(202)
  @Permission('run-campaign')
  @Act()
  @ApiConsumes('text/csv')
  @ApiResponse({ status: 202, standardSchema: loadDocument })
  async load(@Param('campaign') campaign: string, @IdempotencyKey() key: string, @Body() upload: Readable) {
    const at = this.#clock.now();
    const early = await refusalToLoad(this.#database.client, campaign, at);
    if (early !== null) return answer(early, statusOf);
    const { file, sha256, rows } = answer(await this.#folder.save(upload), statusOf);
    const id = derivedId('load', campaign, key);
    const cohort = { id, campaign, sha256, file, expected: rows };
    const load = answer(await this.#database.transaction((tx) => receiveCohort(tx, cohort, at)), statusOf);
    this.#jobs.wake('loads');
    return showLoad(load);
  }

  /** How far a load has come. */
  @Get('loads/:load')
  @Permission('read-campaign')
  @RecordsNothing('counts of a load')
  @ApiResponse({ status: 200, standardSchema: loadDocument })
  async show(@Param('campaign') campaign: string, @Param('load') id: string) {
    return showLoad(await this.#loadOf(campaign, id));
  }

  /** `scarti.csv`: one line for each fault, in the order of the file. */
  @Get('loads/:load/rejects')
  @Permission('read-rejects')
  @Reading()
  @ApiResponse({ status: 200, content: { 'text/csv': {} } })
  async rejects(@Param('campaign') campaign: string, @Param('load') id: string): Promise<StreamableFile> {
    const load = await this.#loadOf(campaign, id);
    return new StreamableFile(Readable.from(this.#rejectsOf(load.id)), { type: 'text/csv; charset=utf-8' });
  }

  async #loadOf(campaign: string, id: string): Promise<Load> {
    const load = z.uuid().safeParse(id).success ? await findLoad(this.#database.client, id) : null;
    return answer(load?.campaign === campaign ? load : unknownLoad(id), statusOf);
  }

  async *#rejectsOf(load: string): AsyncGenerator<string> {
    yield rejectsHeader();
    let after = { line: 0, ordinal: 0 };
    for (;;) {
      const rows = await rejectsAfter(this.#database.client, load, after, 500);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rejectsLines(
        rows.map(({ line, words, cells, ...row }) => ({
          ...row,
          riga: line,
          messaggio: words,
          cells: cells as Record<string, string>,
        })),
      );
      after = last;
    }
  }
}
