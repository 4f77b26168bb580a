import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, generateKeyPair } from 'jose';
import * as client from 'openid-client';
import { Browser, eventually, hidden, whereTo } from '@recapito/testing';
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
import { august, Stage } from './stage.ts';

const stage = new Stage();
let maria: SpecOperator;

beforeAll(async () => {
  await stage.open(august);
  maria = await operatorOf(stage, 'maria.bianchi', ['supervisor']);
});

afterAll(() => stage.end());

describe('an operator signs in by authorization code', () => {
  // @rule OIDC-AUDIENCE
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
        'see-approvals',
        'see-restore',
        'withdraw-approval',
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

describe('a code', () => {
  // @rule OIDC-USED-TWICE
  test('that is used twice ends what was issued for it', async () => {
    const sign = await begun(stage);
    const onward = await signedInAt(stage, maria, sign);
    const { refresh_token: refresh = '' } = await tokensFor(sign, onward);
    expect(await refusalOf(tokensFor(sign, onward))).toBe('invalid_grant');
    const resource = 'urn:recapito:identity';
    expect(await refusalOf(client.refreshTokenGrant(sign.config, refresh, { resource }))).toBe('invalid_grant');
  });

  // @rule OIDC-USED-TWICE
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

  // @rule OIDC-CODE
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

  // @rule OIDC-USED-TWICE OIDC-ROTATION
  test('that is used twice ends the one that took its place', async () => {
    const sign = await begun(stage);
    const { refresh_token: first = '' } = await tokensFor(sign, await signedInAt(stage, maria, sign));
    const { refresh_token: second = '' } = await client.refreshTokenGrant(sign.config, first, { resource });
    expect(await refusalOf(client.refreshTokenGrant(sign.config, first, { resource }))).toBe('invalid_grant');
    expect(await refusalOf(client.refreshTokenGrant(sign.config, second, { resource }))).toBe('invalid_grant');
  });

  // @rule OPERATOR-ACCOUNT
  test('gives nothing once the account is disabled, and the roles of then otherwise', async () => {
    const luca = await operatorOf(stage, 'luca.neri', ['operator']);
    const sign = await begun(stage);
    const { refresh_token: first = '' } = await tokensFor(sign, await signedInAt(stage, luca, sign));
    const change = async (body: object) =>
      (await stage.call('PUT', '/operators/luca.neri', { as: 'operator', body })).status;
    expect(await change({ roles: ['auditor'], state: 'active' })).toBe(200);
    const next = await client.refreshTokenGrant(sign.config, first, { resource });
    expect(decodeJwt(next.access_token)['permissions']).toEqual([
      'list-blocks',
      'list-operators',
      'manage-own-account',
    ]);
    expect(await change({ roles: ['auditor'], state: 'disabled' })).toBe(200);
    const refused = client.refreshTokenGrant(sign.config, next.refresh_token ?? '', { resource });
    expect(await refusalOf(refused)).toBe('invalid_grant');
  });

  // @rule OIDC-ROTATION
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
  // @rule OIDC-CODE
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

  // @rule OIDC-FORM
  test('a form without the token of its page, or in a browser that did not begin, signs nobody in', async () => {
    const browser = new Browser();
    const page = await browser.open((await begun(stage)).url.href);
    const right = { name: maria.name, password: maria.password, code: await freshCode(stage, maria) };
    expect((await browser.ask(page.url, { ...right, form: '' })).status).toBe(400);
    const other = await new Browser().ask(page.url, { ...right, form: hidden(page, 'form') });
    expect(other.status).toBe(400);
    expect(whereTo(await typed(browser, page, right))?.origin).toBe(consoleUrl);
  });

  // @rule PAGES-CSP
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

  // @rule OIDC-CODE
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

// @rule OIDC-PROVIDER
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

// @rule OIDC-KEPT
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
  await stage.open(august);
  await eventually(async () => (await stage.client.providerRecord.count({ where: { id: 'vecchia' } })) === 0);
});
