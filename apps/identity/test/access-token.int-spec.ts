import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { addKeyPair, Browser, freePort, whereTo } from '@recapito/testing';
import { begun, callback, operatorOf, signedInAt, tokensFor } from './operators.ts';
import type { SpecOperator } from './operators.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();
let maria: SpecOperator;

beforeAll(async () => {
  const port = await freePort();
  await stage.open(august, {
    RECAPITO_PORT: String(port),
    RECAPITO_OIDC_ISSUER: `http://localhost:${port}/oidc`,
  });
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
    expect((await asked('maria.bianchi', 'notification')).status).toBe(403);
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
