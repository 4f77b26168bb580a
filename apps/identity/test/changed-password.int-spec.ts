import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { announced, firstAccessPassword, goodPassword, laterSteps, mario, signedIn, step } from './people.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();
const other = 'mirtillo-di-bosco-9';
let enrolment: string;
let first: string;

beforeAll(async () => {
  await stage.open(august);
  enrolment = await announced(stage, mario);
  first = await firstAccessPassword(stage, enrolment);
});

afterAll(() => stage.end());

const change = async (token: string, current: string, password: string) =>
  await stage.call('PUT', '/password', { token, body: { current, password } });

const tokenBy = async (secret: string): Promise<string> => (await signedIn(stage, mario.userId, secret)).body.token;

// @rule PASSWORD-CHANGE
describe('a holder changes a password', () => {
  test('not the one of the announcement, which the third step changes', async () => {
    expect(await change(await tokenBy(first), first, other)).toMatchObject({
      status: 409,
      body: { type: 'password/not-chosen' },
    });
  });

  // @rule SESSIONS-OF-BEFORE
  test('once the enrolment is confirmed, by no step of it; the third one ends every session but its own', async () => {
    const [token, stolen] = [await tokenBy(first), await tokenBy(first)];
    expect((await step(stage, enrolment, token, 'password')).status).toBe(200);
    expect((await step(stage, enrolment, stolen, 'terms')).status).toBe(401);
    for (const each of laterSteps) expect((await step(stage, enrolment, token, each)).status).toBe(200);
    for (const each of ['password', 'terms', 'security-answers'] as const)
      expect(await step(stage, enrolment, token, each)).toMatchObject({
        status: 409,
        body: { type: 'enrolment/already-confirmed' },
      });
    // Its answer may have been lost.
    expect(await step(stage, enrolment, token, 'confirmation')).toMatchObject({
      status: 200,
      body: { changed: false },
    });
  });

  test('to one that may be chosen and is another', async () => {
    const token = await tokenBy(goodPassword);
    for (const [password, type] of [
      ['corta', 'password/too-short'],
      ['Mario-Rossi-1980', 'password/personal'],
      [goodPassword, 'password/unchanged'],
    ] as const)
      expect(await change(token, goodPassword, password)).toMatchObject({ status: 422, body: { type } });
    expect((await signedIn(stage, mario.userId, goodPassword)).status).toBe(201);
  });

  test('with the one that holds: whoever has found an open session guesses as at every other door', async () => {
    const token = await tokenBy(goodPassword);
    for (const guess of ['uno', 'due', 'tre', 'quattro', 'cinque'])
      expect(await change(token, `sbagliata-${guess}`, other)).toMatchObject({
        status: 401,
        body: { type: 'access/denied' },
      });
    expect(await change(token, 'sbagliata-sei', other)).toMatchObject({
      status: 403,
      body: { type: 'access/blocked' },
    });
    expect(await change(token, goodPassword, other)).toMatchObject({ status: 403 });
    await stage.call('DELETE', `/holders/${mario.holder}/block`, { as: 'operator' });
  });

  test('and every session is over: who took one has nothing, who knew the old one neither', async () => {
    const [mine, stolen] = [await tokenBy(goodPassword), await tokenBy(goodPassword)];
    expect(await change(mine, goodPassword, other)).toMatchObject({ status: 200, body: { changed: true } });
    for (const token of [mine, stolen])
      expect((await stage.call('GET', `/enrolments/${enrolment}`, { token })).status).toBe(401);
    expect((await signedIn(stage, mario.userId, goodPassword)).status).toBe(401);
    // Also in the very second of the change.
    const fresh = await tokenBy(other);
    expect((await stage.call('GET', `/enrolments/${enrolment}`, { token: fresh })).status).toBe(200);
    const facts = await stage.told('identity.accesses.v1', mario.holder);
    const [chosen, changed] = facts.filter(({ type }) => type === 'sessions-voided').map(({ data }) => data);
    expect(chosen).toEqual({ holder: mario.holder, cause: 'password-changed', kept: expect.any(String) });
    expect(changed).toEqual({ holder: mario.holder, cause: 'password-changed' });
  });

  // @rule SESSIONS-OF-BEFORE
  test('or only wants every other session to end: those are over at once, this one goes on', async () => {
    const [mine, lent] = [await tokenBy(other), await tokenBy(other)];
    const current = async (token: string) => await stage.call('GET', '/sessions/current', { token });
    expect((await current(lent)).body).toEqual({ scope: 'enrolment', service: 'cec-pac' });
    expect((await stage.call('DELETE', '/sessions/others', { token: mine })).status).toBe(200);
    expect([(await current(mine)).status, (await current(lent)).status]).toEqual([200, 401]);
    const told = (await stage.told('identity.accesses.v1', mario.holder)).at(-1);
    expect(told?.data).toEqual({ holder: mario.holder, cause: 'asked-by-holder', kept: expect.any(String) });
  });

  test('twice at once: one change counts', async () => {
    const token = await tokenBy(other);
    const both = await Promise.all(
      ['salice-piangente-3', 'quercia-secolare-4'].map((each) => change(token, other, each)),
    );
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 401]));
    const [won] = ['salice-piangente-3', 'quercia-secolare-4'].filter((_, nth) => both[nth]?.status === 200);
    expect((await signedIn(stage, mario.userId, won ?? '')).status).toBe(201);
  });
});
