import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { CampaignDesk } from '../tools/rehearsal/campaign-desk.ts';
import type { CampaignReport, ListedMove } from '../tools/rehearsal/campaign-desk.ts';
import { SuiteServices } from '../tools/rehearsal/suite-services.ts';
import { cohort } from './a-suite.ts';
import type { SpecSuite } from './a-suite.ts';

/** What the operator sees when the same file comes a second time, in the middle of the window. */
export interface SecondLoad {
  readonly before: CampaignReport;
  readonly after: CampaignReport;
  readonly movesBefore: readonly ListedMove[];
  readonly movesAfter: readonly ListedMove[];
  readonly rejects: string;
  readonly rejectsOfRepeatedRequest: string;
}

/** Loads the cohort of these specs again: by the same request, then by another one. */
export async function loadAgain(stage: SpecSuite): Promise<SecondLoad> {
  const services = new SuiteServices(stage.suite.urls, stage.suite.operatorToken);
  const desk = new CampaignDesk(services, stage.plan.campaign);
  const [before, movesBefore] = [await desk.report(), await desk.moves()];
  const rejectsOfRepeatedRequest = await desk.load(cohort, () => undefined);
  const path = `/campaigns/${stage.plan.campaign}/loads`;
  const headers = { 'content-type': 'text/csv', 'idempotency-key': 'la-stessa-coorte-un-altro-giorno' };
  const body = readFileSync(cohort);
  let load = await services.asOperator<{ id: string; state: string }>('migration', 'POST', path, { body, headers });
  while (load.state !== 'done') {
    await pause(50);
    load = await services.asOperator('migration', 'GET', `${path}/${load.id}`);
  }
  const rejects = await services.asOperator<string>('migration', 'GET', `${path}/${load.id}/rejects`);
  const [after, movesAfter] = [await desk.report(), await desk.moves()];
  return { before, after, movesBefore, movesAfter, rejects, rejectsOfRepeatedRequest };
}
