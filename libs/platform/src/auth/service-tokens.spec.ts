import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { ServiceTokens } from './service-tokens.ts';

function pair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { sign: privateKey, verify: publicKey };
}

const keys = pair();
const issued = 1_800_000_000;
const grants = { mailbox: ['check-password'] };
const at = (service: string, seconds: number, of = keys) => new ServiceTokens(service, of, () => seconds);

describe('a token between services', () => {
  test('proves the caller to the service it was issued for, with what is granted there', async () => {
    const token = await at('mailbox', issued).issue('identity');
    expect(await at('identity', issued + 59).verify(token, grants)).toEqual({
      kind: 'service',
      name: 'mailbox',
      permissions: ['check-password'],
    });
  });

  test('is worth nothing after 60 seconds', async () => {
    const token = await at('mailbox', issued).issue('identity');
    expect(await at('identity', issued + 60).verify(token, grants)).toBeUndefined();
  });

  test('is worth nothing to another service', async () => {
    const token = await at('mailbox', issued).issue('identity');
    expect(await at('migration', issued).verify(token, grants)).toBeUndefined();
  });

  test('of another key is worth nothing', async () => {
    const token = await at('mailbox', issued, pair()).issue('identity');
    expect(await at('identity', issued).verify(token, grants)).toBeUndefined();
  });

  test('gives a service that is granted nothing no permission', async () => {
    const token = await at('notification', issued).issue('identity');
    expect(await at('identity', issued).verify(token, grants)).toMatchObject({ permissions: [] });
  });

  test('that claims more than 60 seconds, or comes from the future, is worth nothing though its signature is good', async () => {
    const signed = async (from: number, until: number) =>
      await new SignJWT()
        .setProtectedHeader({ alg: 'EdDSA' })
        .setIssuer('recapito')
        .setSubject('mailbox')
        .setAudience('identity')
        .setIssuedAt(from)
        .setExpirationTime(until)
        .sign(keys.sign);
    const identity = at('identity', issued);
    expect(await identity.verify(await signed(issued, issued + 60), grants)).toBeDefined();
    expect(await identity.verify(await signed(issued, issued + 3600), grants)).toBeUndefined();
    expect(await identity.verify(await signed(issued + 6, issued + 66), grants)).toBeUndefined();
  });

  test('may come from a clock that is a little ahead', async () => {
    const token = await at('mailbox', issued + 5).issue('identity');
    expect(await at('identity', issued).verify(token, grants)).toMatchObject({ name: 'mailbox' });
  });

  test.each(['', 'x', 'a.b.c'])('is not "%s"', async (token) => {
    expect(await at('identity', issued).verify(token, grants)).toBeUndefined();
  });
});
