import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey } from 'jose';
import { AccessTokens } from './access-tokens.ts';
import { ProviderKeys } from './provider-keys.ts';

const issuer = 'https://identita.example/oidc';
const minute = 60_000;
const noon = Date.parse('2026-11-30T12:00:00Z');
const maria = '7c1de6f2-5b0a-4c39-8f4e-1a2b3c4d5e6f';

/** A provider as its tokens and its JWKS show it; its keys may be rolled over, and it may be away. */
class SpecProvider {
  readonly #keys = new Map<string, { jwk: object; key: CryptoKey }>();
  asked = 0;
  isAway = false;

  async newKey(): Promise<string> {
    const kid = randomUUID();
    const { publicKey, privateKey: key } = await generateKeyPair('ES256');
    this.#keys.set(kid, { jwk: { ...(await exportJWK(publicKey)), kid }, key });
    return kid;
  }

  forget(kid: string): void {
    this.#keys.delete(kid);
  }

  jwks(): Promise<object> {
    this.asked++;
    if (this.isAway) return Promise.reject(new Error('the provider is away'));
    return Promise.resolve({ keys: [...this.#keys.values()].map(({ jwk }) => jwk) });
  }

  async token(kid: string, at: number, more: Record<string, unknown> = {}, typ = 'at+jwt'): Promise<string> {
    const held = this.#keys.get(kid);
    if (held === undefined) throw new Error('no such key');
    const said = { preferred_username: 'maria.bianchi', permissions: ['read-holds', 'check-password'], ...more };
    const { iss = issuer, aud = 'urn:recapito:mailbox', ...claims } = said as Record<string, unknown>;
    return await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', typ, kid })
      .setIssuer(String(iss))
      .setAudience(String(aud))
      .setSubject(maria)
      .setIssuedAt(at / 1_000)
      .setExpirationTime(at / 1_000 + 600)
      .sign(held.key);
  }
}

/** A service that knows the provider's keys, with a clock that the spec moves. */
async function met() {
  const provider = new SpecProvider();
  const kid = await provider.newKey();
  const clock = { now: noon };
  const keys = new ProviderKeys(
    () => provider.jwks(),
    () => clock.now,
  );
  const rules = { issuer, find: (id: string) => keys.find(id), grantable: ['read-holds', 'hold-sending'] };
  const tokens = new AccessTokens({ service: 'mailbox', ...rules, nowMs: () => clock.now });
  return { provider, kid, clock, tokens };
}

describe('an operator’s access token', () => {
  test('proves a name and what it may do here, of that which operators may do here at all', async () => {
    const { provider, kid, tokens } = await met();
    expect(await tokens.verify(await provider.token(kid, noon))).toEqual({
      kind: 'operator',
      name: 'maria.bianchi',
      permissions: ['read-holds'],
    });
  });

  test('proves nobody for another service, of another issuer, of another kind, or without a name', async () => {
    const { provider, kid, tokens } = await met();
    for (const more of [
      { aud: 'urn:recapito:identity' },
      { iss: 'https://altrove.example/oidc' },
      { preferred_username: '' },
      { permissions: 'read-holds' },
    ])
      expect(await tokens.verify(await provider.token(kid, noon, more))).toBeUndefined();
    expect(await tokens.verify(await provider.token(kid, noon, {}, 'JWT'))).toBeUndefined();
  });

  // @rule OPERATOR-NAME
  test.each(['mailbox', 'operator', 'a5d3f8a1-5d3f-8a11-9c2d-7f0e6a5b4c3d'])(
    'proves nobody under a name of a part of the suite or a holder: %s',
    async (name) => {
      const { provider, kid, tokens } = await met();
      expect(await tokens.verify(await provider.token(kid, noon, { preferred_username: name }))).toBeUndefined();
    },
  );

  test('is over after ten minutes', async () => {
    const { provider, kid, clock, tokens } = await met();
    const token = await provider.token(kid, noon);
    clock.now = noon + 10 * minute - 1_000;
    expect(await tokens.verify(token)).toBeDefined();
    clock.now = noon + 10 * minute + 1_000;
    expect(await tokens.verify(token)).toBeUndefined();
  });

  test.each(['', 'x', 'a.b.c', 'eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0Iiwia2lkIjoieCJ9.e30.'])(
    'is not "%s"',
    async (token) => {
      expect(await (await met()).tokens.verify(token)).toBeUndefined();
    },
  );
});

// @rule ACCESS-TOKEN-KEYS
describe('the keys of the provider', () => {
  test('are asked for once in five minutes, not for each token', async () => {
    const { provider, kid, clock, tokens } = await met();
    const token = await provider.token(kid, noon);
    for (let nth = 0; nth < 5; nth++) await tokens.verify(token);
    expect(provider.asked).toBe(1);
    clock.now += 5 * minute;
    await Promise.all([tokens.verify(token), tokens.verify(token)]);
    expect(provider.asked).toBe(2);
  });

  test('may be new: a token of one that is not known yet is believed at once', async () => {
    const { provider, kid, clock, tokens } = await met();
    await tokens.verify(await provider.token(kid, noon));
    clock.now += 11_000;
    const fresh = await provider.token(await provider.newKey(), clock.now);
    expect(await tokens.verify(fresh)).toBeDefined();
  });

  test('are not asked for again by each token with an invented id', async () => {
    const { provider, kid, clock, tokens } = await met();
    const stranger = new SpecProvider();
    await tokens.verify(await provider.token(kid, noon));
    clock.now += 11_000;
    for (let nth = 0; nth < 5; nth++)
      expect(await tokens.verify(await stranger.token(await stranger.newKey(), clock.now))).toBeUndefined();
    expect(provider.asked).toBe(2);
  });

  test('are forgotten when the provider no longer names them: what a retired one signed is worth nothing', async () => {
    const { provider, kid, clock, tokens } = await met();
    const token = await provider.token(kid, noon);
    expect(await tokens.verify(token)).toBeDefined();
    await provider.newKey();
    provider.forget(kid);
    clock.now += 5 * minute;
    expect(await tokens.verify(token)).toBeUndefined();
  });

  test('are believed for an hour while the provider is away, and then no longer', async () => {
    const { provider, kid, clock, tokens } = await met();
    await tokens.verify(await provider.token(kid, noon));
    provider.isAway = true;
    clock.now = noon + 59 * minute;
    const late = await provider.token(kid, clock.now);
    expect(await tokens.verify(late)).toBeDefined();
    clock.now = noon + 61 * minute;
    expect(await tokens.verify(late)).toBeUndefined();
    provider.isAway = false;
    clock.now += 11_000;
    expect(await tokens.verify(late)).toBeDefined();
  });
});
