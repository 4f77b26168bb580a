import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SpecSuite } from '../a-suite.ts';
import { comparable, expected } from '../expected.ts';
import { loadAgain } from '../second-load.ts';
import type { SecondLoad } from '../second-load.ts';
import { factIdsIn } from '../trace-facts.ts';
import type { CampaignRun } from './campaign-run.ts';
import { evidenceSuite } from './evidence-suite.ts';
import { peopleSuite } from './people-suite.ts';

let stage: SpecSuite;
let campaign: CampaignRun;

beforeAll(async () => {
  stage = await SpecSuite.start();
  let loadingAgain: Promise<SecondLoad> | undefined;
  const outcome = await stage.campaign({
    clock: (at) => {
      if (at > stage.plan.imports) loadingAgain ??= loadAgain(stage);
    },
  });
  if (loadingAgain === undefined) throw new Error('the clock never moved');
  campaign = { stage, outcome, second: await loadingAgain };
}, 900_000);

afterAll(() => stage?.end());

test('a campaign that nothing disturbs keeps every promise and ends for each as they behaved', () => {
  const { broken, report } = campaign.outcome;
  expect(broken).toEqual([]);
  expect(comparable(report)).toEqual(expected);
  expect(report.trace.verified).toBe(true);
  expect(Object.values(report.restarts)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(stage.deaths).toEqual([]);
  const ids = factIdsIn(`${stage.reportFolder}/trace`);
  expect(ids).toHaveLength(report.trace.entries);
  expect(new Set(ids).size).toBe(ids.length);
});

peopleSuite(() => campaign);
evidenceSuite(() => campaign);
