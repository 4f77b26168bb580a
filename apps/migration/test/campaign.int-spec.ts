import { readFileSync } from 'node:fs';
import {
  addressRefused,
  addressReserved,
  communicationDelivered,
  enrolmentConfirmed,
  enrolmentOpened,
  enrolmentVoided,
  switched,
} from '@recapito/contracts';
import type { DataOf, movePlanned } from '@recapito/contracts';
import { derivedId, parseInstant } from '@recapito/primitives';
import { eventually, queryPlan } from '@recapito/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { movesListed } from '../src/persistence/queries/moves-page.ts';
import { august, bound, migrationStage } from './stage.ts';

const stage = migrationStage();
const sample = readFileSync(new URL('../../../programmes/inps-2010/sample/coorte.csv', import.meta.url), 'utf8');
const csv = { 'content-type': 'text/csv' };

interface LoadBody {
  readonly id: string;
  readonly state: string;
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly unchanged: number;
}

beforeAll(() => stage.open(august));
afterAll(() => stage.end());

const load = async (key: string, body: string) =>
  stage.call<LoadBody>('POST', '/campaigns/inps-2010/loads', {
    as: 'operator',
    body,
    headers: { ...csv, 'idempotency-key': key },
  });

async function loaded(key: string, body: string): Promise<LoadBody> {
  const { status, body: answer } = await load(key, body);
  expect(status).toBe(202);
  const path = `/campaigns/inps-2010/loads/${answer.id}`;
  return eventually(async () => {
    const { body: now } = await stage.call<LoadBody>('GET', path, { as: 'operator' });
    expect(now.state).toBe('done');
    return now;
  });
}

const planned = async () =>
  (await stage.told('migration.moves.v1'))
    .filter(({ type }) => type === 'move-planned')
    .map(({ data, key }) => ({ ...(data as DataOf<typeof movePlanned>), key }));

describe('a campaign', () => {
  // @rule CAMPAIGN-KNOWN CAMPAIGN-PROGRAMME LOAD-KNOWN
  test.each([
    ['POST', '/campaigns', { programme: 'no-such' }, 422, 'campaign/unknown-programme'],
    ['POST', '/campaigns/no-such/openings', undefined, 404, 'campaign/unknown'],
    ['GET', '/campaigns/no-such/report', undefined, 404, 'campaign/unknown'],
    ['GET', '/campaigns/inps-2010/loads/018f0000-0000-8000-8000-000000000009', undefined, 404, 'load/unknown'],
  ])('that is not there: %s %s', async (method, path, body, status, type) => {
    const answer = await stage.call(method, path, { as: 'operator', body });
    expect({ status: answer.status, type: answer.body['type'] }).toEqual({ status, type });
  });

  // @rule CAMPAIGN-STATES
  test('takes no cohort before it is opened, and says so in the caller’s language', async () => {
    await stage.call('POST', '/campaigns', { as: 'operator', body: { programme: 'inps-2010' } });
    const { status, body } = await stage.call('POST', '/campaigns/inps-2010/loads', {
      as: 'operator',
      body: sample,
      headers: { ...csv, 'idempotency-key': 'early', 'accept-language': 'en' },
    });
    expect({ status, type: body['type'], detail: body['detail'] }).toEqual({
      status: 409,
      type: 'campaign/wrong-state',
      detail: 'Campaign inps-2010 is proposed: this is not possible.',
    });
  });

  test('tells what a cohort would bring, and nothing changes', async () => {
    const { body } = await stage.call('POST', '/campaigns/inps-2010/dry-runs', {
      as: 'operator',
      body: sample,
      headers: csv,
    });
    expect(body).toMatchObject({ rows: 249, accepted: 229, rejected: 20, unchanged: 0 });
    expect(await planned()).toEqual([]);
  });

  test('refuses whole a file that is no cohort', async () => {
    await stage.call('POST', '/campaigns/inps-2010/openings', { as: 'operator' });
    const { status, body } = await load('no-cohort', 'nome,cognome\nMario,Rossi\n');
    expect({ status, type: body['type' as keyof LoadBody] }).toEqual({ status: 422, type: 'cohort/wrong-header' });
  });

  // @rule COHORT-ONCE LOAD-KNOWN
  test('plans a move for each sound row, in the order of the file, and lists what is wrong with the others', async () => {
    const done = await loaded('first', sample);
    expect(done).toMatchObject({ rows: 249, accepted: 229, rejected: 20, unchanged: 0 });
    const moves = await planned();
    expect(moves).toHaveLength(229);
    expect(moves.map(({ row }) => row)).toEqual(moves.map((_, index) => index + 1));
    const rejects = await stage.call<string>('GET', `/campaigns/inps-2010/loads/${done.id}/rejects`, {
      as: 'operator',
    });
    const lines = rejects.body.trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^riga,campo,codice,messaggio,codice_fiscale,cognome/);
    expect((await stage.call('GET', `/campaigns/x/loads/${done.id}`, { as: 'operator' })).status).toBe(404);
    const codes = new Set(lines.slice(1).map((line) => line.split(',')[2] ?? ''));
    expect([...codes].toSorted()).toEqual([
      'campi-in-eccesso',
      'campo-mancante',
      'casella-non-sua',
      'cf-incoerente',
      'cf-non-valido',
      'data-futura',
      'data-impossibile',
      'gia-presente',
      'minorenne',
      'nome-non-indirizzabile',
      'recapito-non-valido',
    ]);
    expect(rejects.body).toContain(`"'=HYPERLINK(""http://esempio.example"")"`);
  });

  // @rule ADDRESS-ORDER
  test('gives homonyms one key, so that their order is the cohort’s', async () => {
    const rossi = (await planned()).filter(({ person }) =>
      ['RSSMRA80A01H501U', 'RSSMRA70A01F205V'].includes(person.codiceFiscale),
    );
    expect(new Set(rossi.map(({ key }) => key)).size).toBe(1);
    expect(new Set(rossi.map(({ holder }) => holder)).size).toBe(2);
  });

  // @rule COHORT-ONCE LOAD-KEY
  test('is not changed by the same request, nor by the same file under another key', async () => {
    await loaded('first', sample);
    expect(await loaded('second', sample)).toMatchObject({ rows: 249, accepted: 0, rejected: 20, unchanged: 229 });
    expect(await planned()).toHaveLength(229);
  });

  // @rule LOAD-KEY
  test('refuses another file under a key that has served', async () => {
    const { status, body } = await load('first', sample.slice(0, sample.lastIndexOf('\r\n', sample.length - 3) + 2));
    expect({ status, type: body['type' as keyof LoadBody] }).toEqual({ status: 409, type: 'load/another-file' });
  });
});

describe('the moves of a campaign', () => {
  interface Listed {
    readonly items: { readonly id: string; readonly codiceFiscale: string }[];
    readonly next: string | null;
  }
  const listed = async (query: string) =>
    await stage.call<Listed>('GET', `/campaigns/inps-2010/moves?${query}`, { as: 'operator' });
  const codesOf = async (query: string) => (await listed(query)).body.items.map(({ codiceFiscale }) => codiceFiscale);

  test('are listed with holder and enrolment, so that a password can be made anew', async () => {
    const { body } = await listed('limit=1');
    const first = (await planned()).find(({ move }) => move === body.items[0]?.id);
    expect(body.items).toEqual([
      {
        id: first?.move,
        holder: first?.holder,
        enrolment: derivedId('enrolment', first?.move ?? ''),
        codiceFiscale: first?.person.codiceFiscale,
        from: first?.source.address,
        to: null,
        state: 'planned',
        announcedAt: null,
        confirmedAt: null,
        completedAt: null,
      },
    ]);
    expect((await listed(`limit=1&holder=${first?.holder}`)).body).toEqual({ items: body.items, next: null });
  });

  test('are listed by state and by whether they are late, page by page', async () => {
    const dayBefore = new Date(august - 25 * 3_600_000);
    const [late, slow, punctual] = await codesOf('limit=3');
    const change = async (codiceFiscale: string | undefined, data: object) =>
      stage.client.move.updateMany({ where: { codiceFiscale: codiceFiscale ?? '' }, data });
    await change(late, { confirmedAt: dayBefore });
    await change(slow, { confirmedAt: dayBefore, completedAt: new Date(august) });
    await change(punctual, { confirmedAt: new Date(august), state: 'confirmed' });
    expect(await codesOf('late=true')).toEqual([late, slow]);
    expect((await codesOf('late=false&limit=200'))[0]).toBe(punctual);
    expect(await codesOf('state=confirmed')).toEqual([punctual]);
    const page = (await listed('late=true&limit=1')).body;
    expect(await codesOf(`late=true&limit=1&after=${page.next}`)).toEqual([slow]);
    for (const query of [`limit=1&after=${page.next}`, 'late=perhaps', 'state=gone', 'holder=x'])
      expect((await listed(query)).status).toBe(400);
    await stage.client.move.updateMany({ data: { confirmedAt: null, completedAt: null, state: 'planned' } });
  });

  test('are read from an index by each filter, among 50,000', async () => {
    await stage.client.$executeRaw`
      INSERT INTO move (id, campaign, row, codice_fiscale, holder, fingerprint, load, base_key, person, from_address, facts,
                        state, confirmed_at, completed_at)
      SELECT gen_random_uuid(), 'inps-2010', 1000 + n, 'X' || n, gen_random_uuid(), '', gen_random_uuid(), gen_random_uuid(),
             '{}', '', '[]', CASE WHEN n % 100 = 0 THEN 'refused' ELSE 'completed' END, now(),
             now() + CASE WHEN n % 500 = 0 THEN interval '30 hours' ELSE interval '3 hours' END
      FROM generate_series(1, 50000) AS n`;
    const planOf = async (filter: object) =>
      queryPlan(
        (await stage.database()).migratorUrl,
        movesListed({ campaign: 'inps-2010', at: august, ...filter }, 'X2', 51),
      );
    expect(await planOf({})).toEqual(['Index Scan move_campaign_codice_fiscale_key']);
    expect(await planOf({ state: 'refused' })).toEqual(['Index Scan move_campaign_state_codice_fiscale_idx']);
    expect(await planOf({ late: true })).toEqual(['Index Scan move_late']);
    expect(await planOf({ holder: '018f0000-0000-8000-8000-000000000009' })).toEqual(['Index Scan move_holder_idx']);
    await stage.client.$executeRaw`DELETE FROM move WHERE codice_fiscale LIKE 'X%'`;
  });
});

describe('a move', () => {
  const enrolment = '018f0000-0000-8000-8000-000000000001';
  const box = '018f0000-0000-8000-8000-000000000002';
  const to = 'mario.rossi@postacertificata.gov.it';
  const confirmedAt = parseInstant('2010-08-20T10:00:00Z');
  const switchedAt = parseInstant('2010-08-20T10:30:00Z');

  const states = async (key: string) =>
    (await stage.told('migration.moves.v1', key)).map(({ type, sequence }) => [type, sequence]);

  test('goes from planned to completed by what identity, mailbox and notification say, whatever comes twice', async () => {
    const [first] = await planned();
    if (first === undefined) throw new Error('no move is planned');
    const { move, holder, key } = first;
    const about = { move, holder, campaign: 'inps-2010', enrolment };
    const facts = async () => {
      await stage.say(enrolmentOpened, holder, { ...about, target: 'cec-pac', generation: 1, until: bound }, august);
      await stage.say(addressReserved, holder, { box, holder, address: to, service: 'cec-pac', move }, august);
      await stage.say(
        communicationDelivered,
        enrolment,
        { communication: enrolment, holder, kind: 'announcement', channel: 'pec', move, to },
        august,
      );
      await stage.say(enrolmentConfirmed, holder, { ...about, confirmedAt }, confirmedAt);
      await stage.say(switched, holder, { holder, move, from: 'a@b.it', to, confirmedAt, switchedAt }, switchedAt);
    };
    await facts();
    await facts();
    await eventually(async () => {
      const mine = (await stage.told('migration.moves.v1', key)).filter(({ data }) => data['move'] === move);
      expect(mine.at(-1)?.type).toBe('move-completed');
      expect(mine.map(({ sequence }) => sequence)).toEqual(mine.map((_, index) => index + 1));
      expect(mine.filter(({ type }) => type === 'move-completed')).toHaveLength(1);
    });
    const { body } = await stage.call('GET', '/campaigns/inps-2010/report', { as: 'operator' });
    expect(body).toMatchObject({
      moves: { planned: 229, announced: 1, completed: 1 },
      sla: { worstHours: 0.5, late: 0 },
      cohort: { load: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    expect((body['days'] as { completed: number }[]).map(({ completed }) => completed)).toEqual([1]);
  });

  test('ends as refused when mailbox can keep no address', async () => {
    const second = (await planned()).find(({ person }) => person.codiceFiscale === 'BNCNNA85T71F205P');
    if (second === undefined) throw new Error('the second move is not planned');
    const refusal = { refused: 'name/not-addressable', rule: 'ADDRESS-NAME', words: { it: 'no', en: 'nay' } };
    await stage.say(
      addressRefused,
      second.holder,
      { holder: second.holder, service: 'cec-pac', move: second.move, refusal },
      august,
    );
    await eventually(async () =>
      expect(await states(second.key)).toEqual([
        ['move-planned', 1],
        ['move-refused', 2],
      ]),
    );
  });

  test('lapses when identity records the bound, and the last one closes the campaign', async () => {
    await stage.setClock(parseInstant('2010-09-15T22:01:00Z'));
    for (const { move, holder } of (await planned()).slice(1))
      await stage.say(
        enrolmentVoided,
        holder,
        { holder, enrolment, move, campaign: 'inps-2010', cause: 'window-ended' },
        bound,
      );
    await eventually(async () => {
      const told = await stage.told('migration.moves.v1', 'inps-2010');
      expect(told.at(-1)).toMatchObject({ type: 'campaign-closed', data: { completed: 1, lapsed: 227, refused: 1 } });
    });
    const { status, body } = await load('late', sample);
    expect({ status, type: body['type' as keyof LoadBody] }).toEqual({ status: 409, type: 'campaign/wrong-state' });
  });
});
