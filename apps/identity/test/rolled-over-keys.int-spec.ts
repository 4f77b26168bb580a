import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { derivedId } from '@recapito/primitives';
import { Browser, hidden } from '@recapito/testing';
import { added, begun, freshCode, operatorOf, typed } from './operators.ts';
import type { SpecOperator } from './operators.ts';
import { anna, firstAccessPassword, firstPin, gianfranco, mario, planned, signedIn } from './people.ts';
import type { Citizen } from './people.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();
const [oldest, next, newest] = ['0f', '1e', '2d'].map((byte) => byte.repeat(32)) as [string, string, string];
const idOf = (key: string) => createHash('sha256').update(Buffer.from(key, 'hex')).digest('hex').slice(0, 16);
const enrolmentOf = (who: Citizen) => derivedId('enrolment', who.move.move);

/** Lays the keys into the folder of secrets, the newest first, while identity stands, and starts it again. */
async function rolledOver(...keys: string[]): Promise<void> {
  await stage.stop();
  writeFileSync(join(stage.secrets, 'first-access.key'), `${keys.join('\n')}\n`, { mode: 0o600 });
  await (
    await stage.start()
  ).ready;
}

/** Of which keys the rows of a holder are. */
async function keysOf({ holder }: Citizen) {
  const [enrolment] = await stage.client.enrolment.findMany({ where: { holderId: holder } });
  const [pin] = await stage.client.pin.findMany({ where: { holderId: holder } });
  return [enrolment?.keyId, pin?.keyId];
}

const asOperator = async (method: string, path: string, key = path) =>
  await stage.call(method, path, { as: 'operator', headers: { 'idempotency-key': key } });

const scopeOf = async (user: string, secret: string) => {
  const { status, body } = await signedIn(stage, user, secret);
  return status === 201 ? body.scope : status;
};

/** Whether an operator gets in with password and code. */
async function admits(operator: SpecOperator): Promise<boolean> {
  const browser = new Browser();
  const page = await browser.open((await begun(stage)).url.href);
  const { status } = await typed(browser, page, { ...operator, code: await freshCode(stage, operator) });
  return status === 303 || status === 302;
}

beforeAll(async () => {
  await stage.open(august);
});
afterAll(() => stage.end());

// @rule FIRST-ACCESS-KEYS
describe('a first-access key that is followed by another', () => {
  let marios: { readonly password: string; readonly pin: string };
  let maria: SpecOperator;

  test('still makes what it made, in rows with its id and in those from before there were ids', async () => {
    for (const who of [mario, gianfranco]) await planned(stage, who);
    expect(await keysOf(mario)).toEqual([idOf(oldest), idOf(oldest)]);
    marios = {
      password: await firstAccessPassword(stage, enrolmentOf(mario)),
      pin: await firstPin(stage, mario.holder),
    };
    const gianfrancos = await firstAccessPassword(stage, enrolmentOf(gianfranco));
    maria = await operatorOf(stage, 'maria.bianchi', ['supervisor']);
    await stage.client.enrolment.updateMany({ where: { holderId: gianfranco.holder }, data: { keyId: null } });

    await rolledOver(next, oldest);
    expect(await firstAccessPassword(stage, enrolmentOf(mario))).toBe(marios.password);
    expect(await firstPin(stage, mario.holder)).toBe(marios.pin);
    expect(await scopeOf(mario.codiceFiscale, marios.pin)).toBe('first-pin');
    expect(await scopeOf(gianfranco.userId, gianfrancos)).toBe('enrolment');
    expect(await admits(maria)).toBe(true);
  });

  test('makes nothing new: who comes later, and whatever is issued anew, has the secrets of the next', async () => {
    await planned(stage, anna);
    expect(await keysOf(anna)).toEqual([idOf(next), idOf(next)]);
    const fresh = await operatorOf(stage, 'carlo.neri', ['supervisor']);
    const { body } = await asOperator('POST', `/enrolments/${enrolmentOf(mario)}/reissues`);
    await asOperator('POST', `/holders/${mario.holder}/pin-reissues`);
    expect(await keysOf(mario)).toEqual([idOf(next), idOf(next)]);
    const facts = await stage.told('identity.holders.v1', mario.holder);
    const told = ['enrolment-opened', 'enrolment-reissued', 'pin-issued'].map(
      (type) => facts.findLast((fact) => fact.type === type)?.data['keyId'],
    );
    expect(told).toEqual([idOf(oldest), idOf(next), idOf(next)]);
    const password = await firstAccessPassword(stage, enrolmentOf(mario), Number(body['generation']));
    expect(await scopeOf(mario.userId, password)).toBe('enrolment');
    expect([await admits(maria), await admits(fresh)]).toEqual([true, true]);
    await stage.call('POST', '/operators/maria.bianchi/activation', { as: 'operator' });
    const rows = await stage.client.operator.findMany({ orderBy: { name: 'asc' } });
    expect(rows.map(({ factorKey }) => factorKey)).toEqual([idOf(next), idOf(next)]);
  });

  test('a session goes on over the roll-over, and so does a page of ours', async () => {
    const { token } = (await signedIn(stage, anna.codiceFiscale, await firstPin(stage, anna.holder))).body;
    expect((await stage.call('PUT', '/pin', { token, body: { pin: 'giallo42' } })).status).toBe(200);
    const { token: personal } = (await signedIn(stage, anna.codiceFiscale, 'giallo42')).body;
    const browser = new Browser();
    const link = await added(stage, 'sara.verdi');
    const page = await browser.ask(link);

    await rolledOver(newest, next, oldest);
    expect((await stage.call('PUT', '/pin', { token: personal, body: { pin: 'celeste5' } })).status).toBe(200);
    const moved = link.replace(/^http:\/\/[^/]+/, stage.url.replace('127.0.0.1', 'localhost'));
    const form = hidden(page, 'form');
    const answer = await browser.ask(moved, { form, password: 'corta', again: 'corta', code: '000000' });
    expect(answer.status).toBe(422);
  });

  test('is missed where it was taken out too early: health and figures say how much hangs on it, nothing else opens', async () => {
    const { body: figures } = await stage.look<string>('/metrics');
    const count = (key: string, of: string) =>
      Number(
        new RegExp(`^recapito_first_access_rows\\{.*key="${key}",of="${of}".*\\} (\\d+)$`, 'm').exec(figures)?.[1] ?? 0,
      );
    expect([count('unnamed', 'enrolment'), count(idOf(next), 'enrolment'), count(idOf(oldest), 'pin')]).toEqual([
      1, 2, 1,
    ]);
    const annas = await firstAccessPassword(stage, enrolmentOf(anna));

    await rolledOver(newest);
    const { body } = await stage.look<{ checks: { name: string; state: string; missing?: string }[] }>('/health/ready');
    const check = body.checks.find(({ name }) => name === 'first-access-keys');
    expect(check).toMatchObject({ state: 'degraded', missing: [idOf(next), idOf(oldest)].sort().join(', ') });
    expect(await scopeOf(anna.userId, annas)).toBe(401);
    const { body: again } = await asOperator('POST', `/enrolments/${enrolmentOf(anna)}/reissues`);
    const fresh = await firstAccessPassword(stage, enrolmentOf(anna), Number(again['generation']));
    expect(await scopeOf(anna.userId, fresh)).toBe('enrolment');
  });
});
