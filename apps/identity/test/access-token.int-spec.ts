import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { addKeyPair, Browser, eventually, freePort, whereTo } from '@recapito/testing';
import * as client from 'openid-client';
import { keyOf, ProviderRecords } from '../src/persistence/provider-record.store.ts';
import { begun, callback, freshCode, operatorOf, refusalOf, signedInAt, tokensFor } from './operators.ts';
import type { SpecOperator } from './operators.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();
let maria: SpecOperator;
let records: ProviderRecords;

beforeAll(async () => {
  const port = await freePort();
  const service = await stage.open(august, {
    RECAPITO_PORT: String(port),
    RECAPITO_OIDC_ISSUER: `http://localhost:${port}/oidc`,
  });
  records = service.app.get(ProviderRecords);
  maria = await operatorOf(stage, 'maria.bianchi', ['supervisor']);
});

afterAll(() => stage.end());

describe('an access token', () => {
  const operators = async (token: string) => await stage.call('GET', '/operators', { token });

  test('opens at its service what the roles of its owner permit, under the owner’s name', async () => {
    const sign = await begun(stage);
    const { access_token: token } = await tokensFor(sign, await signedInAt(stage, maria, sign));
    expect((await operators(token)).status).toBe(200);
    const body = { name: 'nuova.collega', fullName: 'Nuova Collega', roles: ['operator'] };
    expect((await stage.call('POST', '/operators', { token, body })).status).toBe(201);
    const added = (await stage.told('identity.operators.v1')).filter(({ type }) => type === 'operator-added');
    expect(added.at(-1)?.data).toMatchObject({ name: 'nuova.collega', by: 'maria.bianchi' });
    const plain = await operatorOf(stage, 'solo.operatore', ['operator']);
    const other = await begun(stage);
    const { access_token: poor } = await tokensFor(other, await signedInAt(stage, plain, other));
    expect((await operators(poor)).status).toBe(403);
  });

  test('for another service opens nothing', async () => {
    const sign = await begun(stage);
    const onward = await signedInAt(stage, maria, sign);
    const { access_token: token } = await tokensFor(sign, onward, 'urn:recapito:mailbox');
    expect((await operators(token)).status).toBe(401);
  });

  test('says what an operator may do elsewhere, when another service asks', async () => {
    const asked = async (name: string, as = 'certified-mail') =>
      await stage.call('GET', `/operators/${name}/permissions/certified-mail`, { as });
    expect((await asked('maria.bianchi')).body['permissions']).toContain('release-sending');
    expect((await asked('nessuno')).body).toEqual({ permissions: [] });
    expect((await asked('maria.bianchi', 'console')).status).toBe(403);
  });

  test('of a key that was rolled over is believed for twenty minutes more, and its owner stays signed in', async () => {
    const browser = new Browser();
    const sign = await begun(stage);
    const { access_token: old } = await tokensFor(sign, await signedInAt(stage, maria, sign, browser));
    const before = decodeProtectedHeader(old).kid ?? '';
    rollOver(stage, before, new Date());
    const again = await begun(stage);
    const onward = whereTo(await browser.open(again.url.href));
    const { access_token: fresh } = await tokensFor(again, onward ?? new URL(callback));
    expect(decodeProtectedHeader(fresh).kid).not.toBe(before);
    for (const token of [old, fresh]) expect((await operators(token)).status).toBe(200);
    expect(await keyIds(stage)).toEqual([decodeProtectedHeader(fresh).kid, before]);
    retire(stage, before, new Date(Date.now() - 20 * 60_000 - 1_000));
    expect((await operators(old)).status).toBe(401);
    expect((await operators(fresh)).status).toBe(200);
    expect(await keyIds(stage)).toEqual([decodeProtectedHeader(fresh).kid]);
  });
});

describe('an operator’s own account', () => {
  const resource = 'urn:recapito:identity';
  let anna: SpecOperator;
  beforeAll(async () => {
    anna = await operatorOf(stage, 'anna.verdi', ['auditor']);
  });

  /** Signs in anew. @returns the access token, and what asks for another */
  async function entered(operator: SpecOperator) {
    const sign = await begun(stage);
    const { access_token: token, refresh_token: refresh = '' } = await tokensFor(
      sign,
      await signedInAt(stage, operator, sign),
    );
    return { token, renewed: () => client.refreshTokenGrant(sign.config, refresh, { resource }) };
  }
  const sessions = async (token: string) =>
    (await stage.call<{ items: { session: string; isThis: boolean }[] }>('GET', '/account/sessions', { token })).body
      .items;

  // @rule OPERATOR-SESSIONS
  test('lists its sessions and no other’s, and ends one of them: it gets no more tokens, the other does', async () => {
    const [first, second] = [await entered(anna), await entered(anna)];
    const open = await sessions(second.token);
    expect([open.length, open.filter(({ isThis }) => isThis).length]).toEqual([2, 1]);
    const older = open.find(({ isThis }) => !isThis)?.session;
    const end = (token: string) => stage.call('DELETE', `/account/sessions/${older}`, { token });
    expect((await end((await entered(maria)).token)).body).toMatchObject({ type: 'operator/no-session' });
    expect((await end(second.token)).status).toBe(204);
    expect((await end(second.token)).status).toBe(404);
    expect(await refusalOf(first.renewed())).toBe('invalid_grant');
    expect(await sessions((await second.renewed()).access_token)).toHaveLength(1);
  });

  // @rule OPERATOR-PASSWORD
  test('changes its password with the one of now and a code alone, and every session of it ends', async () => {
    const { token, renewed } = await entered(anna);
    const change = async (more: object) => {
      const body = {
        current: anna.password,
        code: await freshCode(stage, anna),
        password: 'maestrale-di-luglio-5',
        ...more,
      };
      const { status, body: said } = await stage.call('PUT', '/account/password', { token, body });
      return { status, type: said['type'] };
    };
    const notProved = { status: 403, type: 'operator/not-proved' };
    expect(await change({ current: 'sbagliata' })).toEqual(notProved);
    expect(await change({ code: '000000' })).toEqual(notProved);
    expect(await change({ password: 'corta' })).toMatchObject({ status: 422 });
    expect(await change({ password: anna.password })).toEqual({ status: 422, type: 'password/used-before' });
    expect(await change({ password: anna.password, current: 'sbagliata' })).toEqual(notProved);
    expect(await change({})).toMatchObject({ status: 200 });
    expect(await refusalOf(renewed())).toBe('invalid_grant');
    await expect(entered(anna)).rejects.toThrow('no sign-in (401)');
    expect(await sessions((await entered({ ...anna, password: 'maestrale-di-luglio-5' })).token)).toHaveLength(1);
  });
});

async function keyIds(on: Stage): Promise<string[]> {
  const { body } = await on.call<{ keys: { kid: string; d?: string }[] }>('GET', '/oidc/jwks');
  expect(body.keys.every(({ d }) => d === undefined)).toBe(true);
  return body.keys.map(({ kid }) => kid);
}

/** Gives the provider a new pair, as the command for it does. */
function rollOver({ secrets }: Stage, kid: string, at: Date): void {
  retire({ secrets }, kid, at);
  addKeyPair(secrets, 'identity', 'provider');
}

function retire({ secrets }: Pick<Stage, 'secrets'>, kid: string, at: Date): void {
  const file = join(secrets, 'keys.json');
  const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys: { kid: string }[] };
  const changed = keys.map((key) => (key.kid === kid ? { ...key, retired: at.toISOString() } : key));
  writeFileSync(file, JSON.stringify({ keys: changed }), { mode: 0o600 });
}

describe('a grant', () => {
  // @rule OIDC-USED-TWICE
  test('that has ended leaves nothing that was being issued under it', async () => {
    const expiresAt = new Date(Date.now() + 60_000);
    const grant = randomUUID();
    const issue = (token: string) => records.save('RefreshToken', token, {}, { grantId: grant, uid: null, expiresAt });
    await records.save('Grant', keyOf(grant), {}, { grantId: null, uid: null, expiresAt });
    expect(await issue(`before ${grant}`)).toBe(true);
    let ended: Promise<void> | undefined;
    const issued = stage.client.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT FROM provider_record WHERE kind = 'Grant' AND id = ${keyOf(grant)} FOR SHARE`;
      ended = records.removeGrant(grant);
      await eventually(async () => {
        const waiting = await stage.client.$queryRaw<unknown[]>`
          SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        expect(waiting).toHaveLength(1);
      });
      const row = { kind: 'RefreshToken', id: `meanwhile ${grant}`, payload: {}, grantId: grant, expiresAt };
      await tx.providerRecord.create({ data: row });
    });
    await issued;
    await ended;
    expect(await issue(`after ${grant}`)).toBe(false);
    expect(await stage.client.providerRecord.count({ where: { grantId: grant } })).toBe(0);
  });
});
