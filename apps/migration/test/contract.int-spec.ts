import { readFileSync } from 'node:fs';
import { afterAll, expect } from '@jest/globals';
import { addressRefused, campaignOpened } from '@recapito/contracts';
import { eventually } from '@recapito/testing';
import {
  consumerSuite,
  finishedFacts,
  healthSuite,
  idleSuite,
  migrationsSuite,
  oddRecordsSuite,
  oddRequestsSuite,
  outboxSuite,
} from '@recapito/testing/suites';
import { august, migrationStage } from './stage.ts';

const stage = migrationStage();
afterAll(() => stage.end(), 60_000);

outboxSuite(stage, { at: august, definition: campaignOpened, data: { campaign: 'inps-2010' } });

/** The moves of a campaign with the first persons of the sample, in their order. */
let moves: { readonly id: string; readonly holder: string }[] = [];

async function openCampaign(): Promise<void> {
  const sample = readFileSync(new URL('../../../programmes/inps-2010/sample/coorte.csv', import.meta.url), 'utf8');
  const cohort = sample.split('\r\n').slice(0, 9).join('\r\n');
  await stage.call('POST', '/campaigns', { as: 'operator', body: { programme: 'inps-2010' } });
  await stage.call('POST', '/campaigns/inps-2010/openings', { as: 'operator' });
  const headers = { 'content-type': 'text/csv', 'idempotency-key': 'the-cohort' };
  const load = await stage.call('POST', '/campaigns/inps-2010/loads', { as: 'operator', body: cohort, headers });
  expect(load).toMatchObject({ status: 202 });
  await eventually(async () => {
    moves = await stage.client.move.findMany({ orderBy: { row: 'asc' } });
    expect(moves.length).toBeGreaterThanOrEqual(5);
  });
}

consumerSuite(stage, {
  at: august,
  definition: addressRefused,
  data: (nth) => ({
    holder: moves[nth - 1]?.holder ?? '',
    move: moves[nth - 1]?.id ?? '',
    service: 'cec-pac',
    refusal: { refused: 'name/not-addressable', rule: 'ADDRESS-NAME', words: { it: 'no', en: 'nay' } },
  }),
  effects: () => stage.client.move.count({ where: { state: 'refused' } }),
  each: 1,
  table: 'move',
  prepare: openCampaign,
});

migrationsSuite(stage, {
  readBack: async (client) => {
    const campaigns = await client.campaign.findMany({ include: { moves: { orderBy: { row: 'asc' } } } });
    expect(campaigns).toMatchObject([
      {
        id: 'inps-2010',
        state: 'running',
        moves: [
          { row: 1, codiceFiscale: 'RSSMRA80A01H501U', state: 'refused' },
          { row: 6, codiceFiscale: 'VRDGLI90E43Z112U', state: 'planned' },
        ],
      },
    ]);
  },
});

healthSuite('migration', () => stage.open(august));

oddRequestsSuite(stage, { at: august });

idleSuite(stage, { at: august, transactionsAMinute: 450 });

oddRecordsSuite(stage, { at: august, finished: finishedFacts });
