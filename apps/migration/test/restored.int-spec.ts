import { readFileSync } from 'node:fs';
import {
  addressRefused,
  addressReserved,
  communicationDelivered,
  enrolmentConfirmed,
  enrolmentOpened,
  enrolmentReissued,
  enrolmentVoided,
  movePlanned,
  switched,
} from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { derivedId, parseInstant } from '@recapito/primitives';
import { allPublished, decideToGoOn, eventually, recordsOf, restoreState, untilWentBack } from '@recapito/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Move, PrismaClient } from '../src/persistence/generated/client.ts';
import { august, bound, migrationStage } from './stage.ts';

const stage = migrationStage();
const sample = readFileSync(new URL('../../../programmes/inps-2010/sample/coorte.csv', import.meta.url), 'utf8');
const topic = movePlanned.topic;
const confirmedAt = parseInstant('2010-08-20T10:00:00Z');
const switchedAt = parseInstant('2010-08-20T10:30:00Z');
const refusal = { refused: 'name/not-addressable', rule: 'ADDRESS-NAME', words: { it: 'no', en: 'nay' } };

/** The rows of the cohort whose holders come further than being planned. */
const completed = 1;
const refused = 2;
const confirmed = 3;
const lapsed = 4;
const announced = 5;
const reissued = 6;

let migration: RunningService<PrismaClient>;
let moves: Move[];
let published: number;
let report: unknown;

const asOperator = async (method: string, path: string, body?: unknown) =>
  (await stage.call(method, path, { as: 'operator', body })).body;

async function load(): Promise<unknown> {
  const headers = { 'content-type': 'text/csv', 'idempotency-key': 'the-cohort' };
  const { status, body } = await stage.call<{ id: string }>('POST', '/campaigns/inps-2010/loads', {
    as: 'operator',
    body: sample,
    headers,
  });
  expect(status).toBe(202);
  return eventually(async () => {
    const now = await asOperator('GET', `/campaigns/inps-2010/loads/${body.id}`);
    return now['state'] === 'done' && now;
  });
}

const allMoves = async () => stage.client.move.findMany({ orderBy: { row: 'asc' } });
const recordCount = async () => (await recordsOf(stage, topic)).length;

/** The announcements that migration has asked for, of one move. */
async function announcementsOf(move: string): Promise<unknown[]> {
  const asked = (await stage.told(topic)).filter(({ type }) => type === 'announcement-asked');
  return asked.filter(({ data }) => (data as { move?: string }).move === move);
}

/** Facts of the other services about one move. */
async function hear(row: number): Promise<void> {
  const move = (await allMoves())[row - 1];
  if (move === undefined) throw new Error(`the cohort has no row ${row}`);
  const { holder, id } = move;
  const enrolment = derivedId('enrolment', id);
  const about = { move: id, holder, campaign: 'inps-2010', enrolment };
  const to = `reserved.${row}@postacertificata.gov.it`;
  if (row === refused) {
    await stage.say(addressRefused, holder, { holder, service: 'cec-pac', move: id, refusal }, august);
    return;
  }
  await stage.say(enrolmentOpened, holder, { ...about, target: 'cec-pac', generation: 1, until: bound }, august);
  const box = derivedId('box', id);
  await stage.say(addressReserved, holder, { box, holder, address: to, service: 'cec-pac', move: id }, august);
  // The two facts come by two topics: the announcement is asked for once both have been heard.
  await eventually(async () => expect(await announcementsOf(id)).toHaveLength(1));
  if (row === reissued) {
    const again = { ...about, generation: 2, operator: 'operator', until: bound };
    await stage.say(enrolmentReissued, holder, again, august, 2);
    return;
  }
  const told = { communication: enrolment, holder, kind: 'announcement', channel: 'pec', move: id, to } as const;
  await stage.say(communicationDelivered, enrolment, told, august);
  if (row === announced) return;
  if (row === lapsed) {
    await stage.say(enrolmentVoided, holder, { ...about, cause: 'window-ended' }, bound, 2);
    return;
  }
  await stage.say(enrolmentConfirmed, holder, { ...about, confirmedAt }, confirmedAt, 2);
  if (row === completed)
    await stage.say(switched, holder, { holder, move: id, from: 'a@b.it', to, confirmedAt, switchedAt }, switchedAt, 2);
}

const statesOf = (rows: readonly Move[]) => rows.slice(0, reissued).map(({ state }) => state);
const asAtLast = ['completed', 'refused', 'confirmed', 'lapsed', 'announced', 'planned'];

beforeAll(async () => {
  migration = await stage.open(august);
  await stage.stop();
  const putBack = await stage.backUp();
  migration = await stage.start();
  await migration.ready;
  await asOperator('POST', '/campaigns', { programme: 'inps-2010' });
  await asOperator('POST', '/campaigns/inps-2010/openings');
  expect(await load()).toMatchObject({ rows: 249, accepted: 229, rejected: 20, unchanged: 0 });
  for (let row = 1; row <= reissued; row += 1) await hear(row);
  await eventually(async () => expect(statesOf(await allMoves())).toEqual(asAtLast));
  await eventually(async () =>
    expect((await stage.told(topic)).filter(({ type }) => type === 'announcement-asked')).toHaveLength(6),
  );
  await allPublished(stage);
  moves = await allMoves();
  published = await recordCount();
  report = await asOperator('GET', '/campaigns/inps-2010/report');
  await stage.stop();
  await putBack();
  migration = await stage.start();
  await untilWentBack(stage);
});

afterAll(() => stage.end());

describe('migration whose database was put back to before its campaign', () => {
  test('answers nobody before an operator has decided', async () => {
    expect((await stage.call('GET', '/campaigns/inps-2010/report', { as: 'operator' })).status).toBe(503);
    expect(await allMoves()).toEqual([]);
  });

  // @rule MIGRATION-REBUILDS
  test('then has every move with the instants and the outcome that it had published, and says nothing again', async () => {
    await decideToGoOn(stage, migration);
    const withoutLoad = (move: Move) => ({ ...move, load: null });
    await eventually(async () => {
      const now = await allMoves();
      expect(now.map(withoutLoad)).toEqual(moves.map(withoutLoad));
    });
    await allPublished(stage);
    expect(await recordCount()).toBe(published);
  });

  test('has its load with its rejects again when the same file is uploaded by the same key', async () => {
    expect((await restoreState(stage)).forgotten).toBe(2);
    expect(await load()).toMatchObject({ rows: 249, accepted: 229, rejected: 20, unchanged: 0 });
    expect(await allMoves()).toEqual(moves);
    expect(await asOperator('GET', '/campaigns/inps-2010/report')).toEqual(report);
    const { items } = (await asOperator('GET', '/restore/forgotten')) as unknown as {
      items: { id: string; type: string }[];
    };
    expect(items.map(({ type }) => type)).toEqual(['act-asked']);
    for (const { id } of items) await asOperator('POST', `/restore/forgotten/${id}/set-aside`);
    await allPublished(stage);
    expect(await recordCount()).toBe(published);
    expect(await restoreState(stage)).toMatchObject({ wentBackAt: null, forgotten: 0 });
  });

  test('goes on where it was: what comes next is heard and said once', async () => {
    const move = moves[confirmed - 1];
    if (move === undefined) throw new Error('no move was confirmed');
    const { holder, id } = move;
    const to = `reserved.${confirmed}@postacertificata.gov.it`;
    const done = { holder, move: id, from: 'a@b.it', to, confirmedAt, switchedAt };
    await stage.say(switched, holder, done, switchedAt, 2);
    await eventually(async () => expect((await allMoves())[confirmed - 1]?.state).toBe('completed'));
    await allPublished(stage);
    expect(await recordCount()).toBe(published + 1);
  });
});
