import { Controller, Get, Header } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { answer, Public } from '@recapito/platform';
import { Rehearsal } from '../application/rehearsal.ts';
import { statusOf } from './problem.ts';
import { noReport, runReport } from './run-report.ts';
import type { RunReport } from './run-report.ts';

/** The report of a rehearsal, as its driver has written it down. */
@ApiTags('report')
@Controller('api/report')
export class ReportController {
  constructor(private readonly rehearsal: Rehearsal) {}

  /** Refusal: `report/none` while the run is not over. */
  @Get()
  @Public()
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: runReport })
  async report(): Promise<RunReport> {
    return runReport.parse(JSON.parse(await this.#file('outcome.json')));
  }

  /** The rows of the cohort that stayed out, each with its reason: CSV. */
  @Get('scarti.csv')
  @Public()
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="scarti.csv"')
  async rejects(): Promise<string> {
    return this.#file('scarti.csv');
  }

  async #file(name: string): Promise<string> {
    return answer((await this.rehearsal.file(name)) ?? noReport(), statusOf);
  }
}
