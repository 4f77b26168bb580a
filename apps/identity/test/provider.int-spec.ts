import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, generateKeyPair } from 'jose';
import * as client from 'openid-client';
import { addKeyPair, eventually, freePort } from '@recapito/testing';
import { Browser, hidden, whereTo } from './browser.ts';
import {
  begun,
  callback,
  consoleClient,
  consoleUrl,
  freshCode,
  issuerOf,
  operatorOf,
  refusalOf,
  signedInAt,
  tokensFor,
  typed,
} from './operators.ts';
import type { SpecOperator } from './operators.ts';
import { august, Stage, unhurried } from './stage.ts';

const stage = new Stage();
let maria: SpecOperator;
let settings: Record<string, string>;

beforeAll(async () => {
  const port = await freePort();
  settings = { RECAPITO_PORT: String(port), RECAPITO_OIDC_ISSUER: `http://localhost:${port}/oidc` };
  await stage.open(august, settings);
  maria = await operatorOf(stage, 'maria.bianchi', ['supervisor']);
}, unhurried);

afterAll(() => stage.end(), unhurried);

describe('an operator signs in by authorization code', () => {
  test('and the console gets an ID token, a token for each service and a refresh token', async () => {
    const sign = await begun(stage);
    const tokens = await tokensFor(sign, await signedInAt(stage, maria, sign), 'urn:recapito:mailbox');
    expect(tokens.claims()).toMatchObject({
      iss: issuerOf(stage),
      aud: 'console',
      name: 'Maria Bianchi',
      preferred_username: 'maria.bianchi',
      roles: ['supervisor'],
    });
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: issuerOf(stage),
      aud: 'urn:recapito:mailbox',
      sub: tokens.claims()?.sub,
      preferred_username: 'maria.bianchi',
      permissions: [
        'arm-calendar',
        'close-mailbox',
        'decide-dead-letter',
        'decide-restore',
        'list-dead-letters',
        'list-mailboxes',
        'read-calendars',
        'read-capabilities',
        'repair-directory',
        'republish-topics',
        'see-restore',
      ],
    });
    expect(tokens.expires_in).toBe(600);
    const resource = 'urn:recapito:audit-log';
    const next = await client.refreshTokenGrant(sign.config, tokens.refresh_token ?? '', { resource });
    expect(decodeJwt(next.access_token)).toMatchObject({ aud: 'urn:recapito:audit-log' });
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
  });

  test('without a page when the browser has signed in before', async () => {
    const browser = new Browser();
    await signedInAt(stage, maria, await begun(stage), browser);
    const again = await begun(stage);
    const onward = whereTo(await browser.open(again.url.href));
    expect(onward?.origin).toBe(consoleUrl);
    expect((await tokensFor(again, onward ?? new URL(callback))).access_token).toBeDefined();
  });

  test('and the answer names the issuer, so that it is mixed up with no other’s', async () => {
    const sign = await begun(stage);
    const onward = await signedInAt(stage, maria, sign);
    expect(onward.searchParams.get('iss')).toBe(issuerOf(stage));
    onward.searchParams.set('iss', 'https://altro.example/oidc');
    await expect(tokensFor(sign, onward)).rejects.toMatchObject({
      cause: { message: 'unexpected "iss" (issuer) response parameter value' },
    });
  });
});

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

describe('a code', () => {
  test('that is used twice ends what was issued for it', async () => {
    const sign = await begun(stage);
    const onward = await signedInAt(stage, maria, sign);
    const { refresh_token: refresh = '' } = await tokensFor(sign, onward);
    expect(await refusalOf(tokensFor(sign, onward))).toBe('invalid_grant');
    const resource = 'urn:recapito:identity';
    expect(await refusalOf(client.refreshTokenGrant(sign.config, refresh, { resource }))).toBe('invalid_grant');
  });

  test('that is used five times at once is worth at most one set of tokens, and that one is ended', async () => {
    const sign = await begun(stage);
    const onward = await signedInAt(stage, maria, sign);
    const grants = await Promise.allSettled(Array.from({ length: 5 }, () => tokensFor(sign, onward)));
    const given = grants.filter((each) => each.status === 'fulfilled').map(({ value }) => value);
    expect(given.length).toBeLessThanOrEqual(1);
    const resource = 'urn:recapito:identity';
    for (const { refresh_token: refresh = '' } of given)
      expect(await refusalOf(client.refreshTokenGrant(sign.config, refresh, { resource }))).toBe('invalid_grant');
  });

  test('is worth nothing with another verifier, nor without one', async () => {
    const sign = await begun(stage);
    const onward = await signedInAt(stage, maria, sign);
    const other = { ...sign, verifier: client.randomPKCECodeVerifier() };
    expect(await refusalOf(tokensFor(other, onward))).toBe('invalid_grant');
    const bare = await begun(stage);
    bare.url.searchParams.delete('code_challenge');
    bare.url.searchParams.delete('code_challenge_method');
    const refused = whereTo(await new Browser().open(bare.url.href));
    expect(refused?.searchParams.get('error')).toBe('invalid_request');
  });

  test('for a service that the suite does not have is refused', async () => {
    const sign = await begun(stage);
    sign.url.searchParams.append('resource', 'urn:recapito:altro');
    const refused = whereTo(await new Browser().open(sign.url.href));
    expect(refused?.searchParams.get('error')).toBe('invalid_target');
  });
});

describe('a refresh token', () => {
  const resource = 'urn:recapito:identity';

  test('that is used twice ends the one that took its place', async () => {
    const sign = await begun(stage);
    const { refresh_token: first = '' } = await tokensFor(sign, await signedInAt(stage, maria, sign));
    const { refresh_token: second = '' } = await client.refreshTokenGrant(sign.config, first, { resource });
    expect(await refusalOf(client.refreshTokenGrant(sign.config, first, { resource }))).toBe('invalid_grant');
    expect(await refusalOf(client.refreshTokenGrant(sign.config, second, { resource }))).toBe('invalid_grant');
  });

  test('gives nothing once the account is disabled, and the roles of then otherwise', async () => {
    const luca = await operatorOf(stage, 'luca.neri', ['operator']);
    const sign = await begun(stage);
    const { refresh_token: first = '' } = await tokensFor(sign, await signedInAt(stage, luca, sign));
    const change = async (body: object) =>
      (await stage.call('PUT', '/operators/luca.neri', { as: 'operator', body })).status;
    expect(await change({ roles: ['auditor'], state: 'active' })).toBe(200);
    const next = await client.refreshTokenGrant(sign.config, first, { resource });
    expect(decodeJwt(next.access_token)['permissions']).toEqual(['list-blocks', 'list-operators']);
    expect(await change({ roles: ['auditor'], state: 'disabled' })).toBe(200);
    const refused = client.refreshTokenGrant(sign.config, next.refresh_token ?? '', { resource });
    expect(await refusalOf(refused)).toBe('invalid_grant');
  });

  test('ends when its owner signs out, and the browser has to sign in again', async () => {
    const browser = new Browser();
    const sign = await begun(stage);
    const { refresh_token: refresh = '' } = await tokensFor(sign, await signedInAt(stage, maria, sign, browser));
    const leave = client.buildEndSessionUrl(sign.config, { post_logout_redirect_uri: `${consoleUrl}/` });
    const asked = await browser.open(leave.href);
    expect(asked.text).toContain('Sign out?');
    const action = /<form[^>]*action="([^"]*)"/.exec(asked.text)?.[1] ?? '';
    const left = await browser.open(action, { xsrf: hidden(asked, 'xsrf'), logout: 'yes' });
    expect(whereTo(left)?.href).toBe(`${consoleUrl}/`);
    expect(await refusalOf(client.refreshTokenGrant(sign.config, refresh, { resource }))).toBe('invalid_grant');
    expect((await browser.open((await begun(stage)).url.href)).text).toContain('Verification code');
  });
});

describe('attacks on the sign-in', () => {
  test('a redirect to anywhere but the console is refused on the spot', async () => {
    for (const [name, value] of [
      ['redirect_uri', 'https://altrove.example/auth/callback'],
      ['redirect_uri', `${callback}.altrove.example`],
      ['client_id', 'altro'],
    ] as const) {
      const { url } = await begun(stage);
      url.searchParams.set(name, value);
      const page = await new Browser().open(url.href);
      expect({ status: page.status, location: whereTo(page) }).toEqual({ status: 400, location: undefined });
      expect(page.text).toContain('Signing in cannot go on');
    }
    const { config } = await begun(stage);
    const away = client.buildEndSessionUrl(config, { post_logout_redirect_uri: 'https://altrove.example/' });
    expect((await new Browser().open(away.href)).status).toBe(400);
  });

  test('a session that was planted before is not the one after', async () => {
    const browser = new Browser();
    browser.plant({ name: 'identity_session', value: 'piantata', path: '/' });
    await signedInAt(stage, maria, await begun(stage), browser);
    const first = browser.cookie('identity_session');
    expect(first).not.toBe('piantata');
    const again = await begun(stage, { prompt: 'login' });
    await signedInAt(stage, maria, again, browser);
    expect(browser.cookie('identity_session')).not.toBe(first);
  });

  test('a form without the token of its page, or in a browser that did not begin, signs nobody in', async () => {
    const browser = new Browser();
    const page = await browser.open((await begun(stage)).url.href);
    const right = { name: maria.name, password: maria.password, code: await freshCode(stage, maria) };
    expect((await browser.ask(page.url, { ...right, form: '' })).status).toBe(400);
    const other = await new Browser().ask(page.url, { ...right, form: hidden(page, 'form') });
    expect(other.status).toBe(400);
    expect(whereTo(await typed(browser, page, right))?.origin).toBe(consoleUrl);
  });

  test('every page forbids scripts and frames, and is kept nowhere', async () => {
    const browser = new Browser();
    const page = await browser.open((await begun(stage)).url.href);
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src; form-action 'self' http:\/\/localhost:4000; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).not.toContain('<script');
    const name = '"><script>alert(1)</script>';
    const again = await typed(browser, page, { name, password: 'x', code: '000000' });
    expect(again.text).not.toContain('<script');
    expect(again.text).toContain('value="&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;"');
  });

  test('a client without the console’s key gets no tokens', async () => {
    const sign = await begun(stage);
    const onward = await signedInAt(stage, maria, sign);
    const { privateKey: key } = await generateKeyPair('Ed25519');
    const config = await client.discovery(
      new URL(issuerOf(stage)),
      'console',
      { id_token_signed_response_alg: 'ES256' },
      client.PrivateKeyJwt(key),
      { execute: [client.allowInsecureRequests] },
    );
    expect(await refusalOf(tokensFor({ ...sign, config }, onward))).toBe('invalid_client');
  });
});

test('discovery names what there is, whatever host a request claims', async () => {
  const metadata = (await consoleClient(stage)).serverMetadata();
  expect(metadata).toMatchObject({
    issuer: issuerOf(stage),
    authorization_endpoint: `${issuerOf(stage)}/auth`,
    jwks_uri: `${issuerOf(stage)}/jwks`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    id_token_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
  });
  const headers = { 'x-forwarded-host': 'altrove.example', 'x-forwarded-proto': 'https' };
  const { body } = await stage.call('GET', '/oidc/.well-known/openid-configuration', { headers });
  expect(body).toMatchObject({ authorization_endpoint: `${issuerOf(stage)}/auth` });
});

test('nothing of the database signs anybody in, and what has expired is removed', async () => {
  const sign = await begun(stage);
  const onward = await signedInAt(stage, maria, sign);
  const { refresh_token: refresh = '' } = await tokensFor(sign, onward);
  const rows = JSON.stringify(await stage.client.providerRecord.findMany());
  expect(rows).not.toContain(refresh);
  expect(rows).not.toContain(onward.searchParams.get('code') ?? '');
  await stage.client.providerRecord.create({
    data: { kind: 'Session', id: 'vecchia', payload: {}, expiresAt: new Date(Date.now() - 1_000) },
  });
  await stage.stop();
  await stage.open(august, settings);
  await eventually(async () => (await stage.client.providerRecord.count({ where: { id: 'vecchia' } })) === 0);
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
