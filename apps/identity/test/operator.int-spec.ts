import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import {
  anna,
  announced,
  firstAccessPassword,
  gianfranco,
  goodPassword,
  laterSteps,
  mario,
  signedIn,
  step,
} from './people.ts';
import { august, Stage } from './stage.ts';
import type { Answer } from './stage.ts';

const stage = new Stage();
let enrolment: string;

beforeAll(async () => {
  await stage.open(august);
  enrolment = await announced(stage, mario);
  await announced(stage, anna);
});

afterAll(() => stage.end());

/** The header in UTF-8, as HTTP carries it. */
const purposeHeader = (words: string) => ({ purpose: Buffer.from(words).toString('latin1') });

async function asOperator(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return await stage.call(method, path, { as: 'operator', headers });
}

describe('a first-access password made anew', () => {
  const reissued = async (key: string) =>
    await asOperator('POST', `/enrolments/${enrolment}/reissues`, { 'idempotency-key': key });

  // @rule ENROLMENT-REISSUE
  test('voids the old one and its sessions at once, and is announced by a fact', async () => {
    const old = await firstAccessPassword(stage, enrolment);
    const session = (await signedIn(stage, mario.userId, old)).body.token;
    expect(await reissued('prima')).toMatchObject({ status: 201, body: { generation: 2 } });
    expect((await reissued('prima')).body).toEqual({ generation: 2 });
    expect((await signedIn(stage, mario.userId, old)).status).toBe(401);
    const { status, body } = await step(stage, enrolment, session, 'password');
    expect({ status, type: body['type'] }).toEqual({ status: 401, type: 'enrolment/session-ended' });
    expect((await stage.told('identity.holders.v1', mario.holder)).at(-1)).toMatchObject({
      type: 'enrolment-reissued',
      data: { enrolment, generation: 2, operator: 'operator' },
    });
  });

  test('has the reason of the operator in its fact, and is asked for once, whatever is said the second time', async () => {
    const because = async (reason: string, key: string) =>
      await stage.call('POST', `/enrolments/${enrolment}/reissues`, {
        as: 'operator',
        headers: { 'idempotency-key': key },
        body: { reason },
      });
    expect((await because('no', 'con-motivo')).status).toBe(400);
    expect((await because('  telefonata del titolare ', 'con-motivo')).body).toEqual({ generation: 3 });
    expect((await stage.told('identity.holders.v1', mario.holder)).at(-1)).toMatchObject({
      type: 'enrolment-reissued',
      data: { generation: 3, reason: 'telefonata del titolare' },
    });
    expect((await because('altro', 'con-motivo')).status).toBe(409);
  });

  test('counts only once it was given out, and an announcement of the old generation gets none', async () => {
    const path = `/enrolments/${enrolment}/first-access-password`;
    const old = await stage.call('POST', path, { as: 'notification', body: { generation: 1 } });
    expect({ status: old.status, type: old.body['type'] }).toEqual({
      status: 409,
      type: 'enrolment/generation-superseded',
    });
    const fresh = await firstAccessPassword(stage, enrolment, 3);
    const { token: session } = (await signedIn(stage, mario.userId, fresh)).body;
    expect((await step(stage, enrolment, session, 'password')).status).toBe(200);
  });

  test('is refused once the holder has chosen a password, and without a key to ask it by', async () => {
    expect((await reissued('seconda')).body['type']).toBe('enrolment/password-chosen');
    expect((await asOperator('POST', `/enrolments/${enrolment}/reissues`)).status).toBe(400);
    const unknown = await asOperator('POST', `/enrolments/${mario.holder}/reissues`, { 'idempotency-key': 'terza' });
    expect({ status: unknown.status, type: unknown.body['type'] }).toEqual({ status: 404, type: 'enrolment/unknown' });
  });
});

describe('blocks', () => {
  const fail = async (times: number) => {
    for (let time = 0; time < times; time += 1) await signedIn(stage, anna.userId, `sbagliata-${time}`);
  };

  // @rule ACCESS-LOCK-OVER-BOUND
  test('that end before the campaign does are nobody’s worry; one in force at its bound is listed', async () => {
    await fail(5);
    expect((await asOperator('GET', '/campaigns/inps-2010/blocks')).body).toEqual({ items: [], next: null });
    await stage.setClock(parseInstant('2010-09-15T10:00:00Z'));
    await fail(5);
    const { body } = await asOperator('GET', '/campaigns/inps-2010/blocks?limit=10');
    expect(body).toEqual({
      items: [
        {
          holder: anna.holder,
          enrolment: expect.any(String),
          blockedFrom: parseInstant('2010-09-15T10:00:00Z'),
          blockedUntil: parseInstant('2010-09-16T10:00:00Z'),
          until: parseInstant('2010-09-15T22:00:00Z'),
        },
      ],
      next: null,
    });
    expect((await asOperator('GET', '/campaigns/altra/blocks')).body['items']).toEqual([]);
  });

  // @rule ACCESS-LIFT
  test('the help desk ends one early, which is a fact; where there is none it changes nothing', async () => {
    expect((await asOperator('DELETE', `/holders/${anna.holder}/block`)).body).toEqual({ lifted: true });
    expect((await asOperator('DELETE', `/holders/${anna.holder}/block`)).body).toEqual({ lifted: false });
    expect((await stage.told('identity.accesses.v1', anna.holder)).at(-1)).toMatchObject({
      type: 'holder-unblocked',
      data: { holder: anna.holder, operator: 'operator' },
    });
    expect((await signedIn(stage, anna.userId, 'sbagliata-davvero')).status).toBe(401);
    expect((await asOperator('DELETE', `/holders/${enrolment}/block`)).status).toBe(404);
  });

  test('the box of a public body is unblocked by its address', async () => {
    const box = 'vcis00100x@pec.istruzione.valchiara.example';
    expect((await asOperator('DELETE', `/bodies/${box}/block`)).status).toBe(404);
    const { secret } = (await asOperator('POST', `/bodies/${box}/secrets`)).body;
    const check = async (shown: unknown) => {
      const question = { address: box, service: 'provider', secret: shown, door: 'imap' };
      return (await stage.call('POST', '/password-checks', { as: 'mailbox', body: question })).body;
    };
    expect(await check(secret)).toMatchObject({ outcome: 'accepted' });
    for (let time = 0; time < 5; time += 1) await check(`sbagliata-${time}`);
    expect(await check('sbagliata-davvero')).toMatchObject({ outcome: 'blocked' });
    expect((await asOperator('DELETE', `/bodies/${box}/block`)).body).toEqual({ lifted: true });
    expect(await check('sbagliata-davvero')).toMatchObject({ outcome: 'refused' });
  });
});

describe('who a holder is', () => {
  test('is read with a purpose, and the reading is a fact', async () => {
    const path = `/holders/${mario.holder}`;
    const { status, body } = await asOperator('GET', path, purposeHeader('chiamata all’assistenza'));
    expect(status).toBe(200);
    expect(body).toEqual({
      id: mario.holder,
      codiceFiscale: 'RSSMRA80A01H501U',
      cognome: 'Rossi',
      nome: 'Mario',
      sesso: 'M',
      dataNascita: '1980-01-01',
      comuneNascita: 'H501',
      emailOrdinaria: null,
      cellulare: '+393330000001',
      indirizzo: 'Via delle Prove 1, 00100 Roma',
      registeredAt: august,
      addresses: ['mario.rossi@postacertificata.gov.it', 'rssmra80a01h501u@inpspec.gov.it'],
    });
    expect(await stage.told('identity.readings.v1', 'operator')).toMatchObject([
      {
        type: 'personal-data-read',
        data: { holder: mario.holder, what: 'person', purpose: 'chiamata all’assistenza' },
      },
    ]);
    // As callers of earlier releases say it. What a proxy logs of it is no better than the header beside it.
    expect((await asOperator('GET', `${path}?purpose=richiesta%20scritta`)).status).toBe(200);
    const both = await asOperator('GET', `${path}?purpose=indirizzo`, purposeHeader('intestazione'));
    expect(both.status).toBe(200);
    const told = await stage.told('identity.readings.v1', 'operator');
    expect(told.slice(1).map(({ data }) => data['purpose'])).toEqual(['richiesta scritta', 'intestazione']);
    for (const query of ['', '?purpose=x', '?purpose=a&purpose=b', '?purpose=%E2%80%8B%E2%80%8B%E2%80%8B%E2%80%8B'])
      expect((await asOperator('GET', `${path}${query}`)).body['type']).toBe('request/malformed');
    expect((await asOperator('GET', `${path}?purpose=indirizzo`, purposeHeader('x'))).status).toBe(400);
  });

  test.each([
    ['POST', '/password-checks'],
    ['GET', '/holders/0b8e7c1e-5d3f-8a11-9c2d-7f0e6a5b4c3d'],
    ['POST', '/enrolments/0b8e7c1e-5d3f-8a11-9c2d-7f0e6a5b4c3d/first-access-password'],
    ['GET', '/pins/0b8e7c1e-5d3f-8a11-9c2d-7f0e6a5b4c3d/halves/1'],
    ['GET', '/campaigns/inps-2010/blocks'],
  ])('%s %s is closed to nobody’s tokens and to services that have no business there', async (method, path) => {
    const more = method === 'POST' ? { body: {} } : {};
    expect((await stage.call(method, path, more)).status).toBe(401);
    expect((await stage.call(method, path, { ...more, as: 'audit-log' })).status).toBe(403);
  });
});

describe('what a campaign costs', () => {
  test('is the hashes spent on holders whose new box is open', async () => {
    const hers = await announced(stage, gianfranco);
    await stage.setClock(parseInstant('2010-09-15T11:00:00Z'));
    const { token } = (await signedIn(stage, gianfranco.userId, await firstAccessPassword(stage, hers))).body;
    for (const name of laterSteps) await step(stage, hers, token, name);
    await signedIn(stage, gianfranco.userId, goodPassword);
    const spent = async () => (await asOperator('GET', '/campaigns/inps-2010/hashes')).body;
    expect(await spent()).toEqual({ completed: 0, hashes: 0 });
    const { holder, userId: to, inpsAddress: from } = gianfranco;
    const at = parseInstant('2010-09-15T16:30:00Z');
    await stage.switch({ holder, move: gianfranco.move.move, from, to, confirmedAt: at, switchedAt: at });
    // A password, three answers in one, and one log-in; the first-access password costs none.
    expect(await spent()).toEqual({ completed: 1, hashes: 3 });
    const figures = await (await fetch(`${stage.management}/metrics`)).text();
    expect(figures).toMatch(/^recapito_password_hashes_total\{service="identity"\} [1-9]\d*$/m);
  });
});

describe('a move of somebody who cannot be registered', () => {
  // @rule HOLDER-CONSISTENT
  test('whose codice fiscale does not agree with the person becomes a dead letter, and the next person’s goes on', async () => {
    const wrong = {
      ...mario.move,
      move: '6c1c8f1e-5d3f-8a11-9c2d-7f0e6a5b4c3d',
      holder: '7c1c8f1e-5d3f-8a11-9c2d-7f0e6a5b4c3d',
    };
    await stage.plan({ ...wrong, person: { ...wrong.person, dataNascita: '1980-01-02' } });
    const [letter] = await stage.client.deadLetter.findMany();
    expect(letter).toMatchObject({
      topic: expect.stringContaining('migration.moves.v1'),
      failureClass: 'permanent',
      closedAt: null,
    });
    expect(letter?.cause).toContain('holder/codice-fiscale');
    expect(letter?.cause).not.toContain('RSSMRA80A01H501U');
    expect(await stage.client.holder.count({ where: { id: wrong.holder } })).toBe(0);
  });
});

describe('the contract', () => {
  test('lists every door with the shape of what it takes and gives', async () => {
    const { status, body } = await stage.look<{ paths: Record<string, Record<string, unknown>> }>('/openapi.json');
    expect(status).toBe(200);
    // These have the same doors in every service.
    const own = Object.entries(body.paths).filter(
      ([path]) => !/^\/(approvals|dead-letters|partitions|republications|restore)/.test(path),
    );
    const doors = own.flatMap(([path, verbs]) => Object.keys(verbs).map((verb) => `${verb} ${path}`));
    expect(doors.toSorted()).toEqual([
      'delete /account/sessions/{session}',
      'delete /bodies/{address}/block',
      'delete /holders/{id}/block',
      'delete /operators/{name}/block',
      'delete /sessions/others',
      'get /account/sessions',
      'get /campaigns/{campaign}/blocks',
      'get /campaigns/{campaign}/hashes',
      'get /enrolments/{id}',
      'get /frequent-questions',
      'get /holders',
      'get /holders/{id}',
      'get /holders/{id}/contacts/{channel}',
      'get /holders/{id}/overview',
      'get /operators',
      'get /operators/{name}/permissions/{service}',
      'get /pins/{pin}/halves/{half}',
      'get /security-questions',
      'get /sessions/current',
      'get /terms',
      'post /bodies/{address}/secrets',
      'post /enrolments/{id}/first-access-password',
      'post /enrolments/{id}/reissues',
      'post /holders/{id}/pin-reissues',
      'post /operators',
      'post /operators/{name}/activation',
      'post /password-checks',
      'post /sessions',
      'post /sessions/on-behalf',
      'put /account/password',
      'put /enrolments/{id}/confirmation',
      'put /enrolments/{id}/password',
      'put /enrolments/{id}/security-answers',
      'put /enrolments/{id}/terms',
      'put /operators/{name}',
      'put /password',
      'put /pin',
      'put /pins/{pin}/halves/{half}/written',
    ]);
    expect(JSON.stringify(body.paths['/sessions'])).toContain('expiresInSeconds');
  });
});
