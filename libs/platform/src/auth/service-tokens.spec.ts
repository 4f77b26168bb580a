import { addKeyPair, secretsFolder } from '@recapito/testing';
import { describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { KeyRing } from './key-ring.ts';
import { ServiceTokens } from './service-tokens.ts';

const secrets = secretsFolder();
const issued = 1_800_000_000;
const grants = { mailbox: ['check-password'], operator: ['release-sending'] };
const at = (service: string, seconds: number, folder = secrets) =>
  new ServiceTokens(service, new KeyRing(folder, service, () => seconds * 1_000), () => seconds);

/** A token as a service that has been taken over would write it: signed with the key of one, in the name of another. */
async function forged(owner: string, sub: string, from = issued, until = issued + 60): Promise<string> {
  const { kid, key } = new KeyRing(secrets, owner).signing('service');
  return await new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .setIssuer('recapito')
    .setSubject(sub)
    .setAudience('identity')
    .setIssuedAt(from)
    .setExpirationTime(until)
    .sign(key);
}

describe('a token between services', () => {
  test('proves the caller to the service it was issued for, with what is granted there', async () => {
    const token = await at('mailbox', issued).issue('identity');
    expect(await at('identity', issued + 59).verify(token, grants)).toEqual({
      kind: 'service',
      name: 'mailbox',
      permissions: ['check-password'],
    });
  });

  // @rule AUTH-SERVICE-TOKEN
  test('is worth nothing after 60 seconds', async () => {
    const token = await at('mailbox', issued).issue('identity');
    expect(await at('identity', issued + 60).verify(token, grants)).toBeUndefined();
  });

  // @rule AUTH-SERVICE-TOKEN
  test('is worth nothing to another service', async () => {
    const token = await at('mailbox', issued).issue('identity');
    expect(await at('migration', issued).verify(token, grants)).toBeUndefined();
  });

  // @rule AUTH-OWN-KEY
  test('of another key is worth nothing', async () => {
    const token = await at('mailbox', issued, secretsFolder()).issue('identity');
    expect(await at('identity', issued).verify(token, grants)).toBeUndefined();
  });

  test('gives a service that is granted nothing no permission', async () => {
    const token = await at('notification', issued).issue('identity');
    expect(await at('identity', issued).verify(token, grants)).toMatchObject({ permissions: [] });
  });

  test('that claims more than 60 seconds, or comes from the future, is worth nothing though its signature is good', async () => {
    const identity = at('identity', issued);
    expect(await identity.verify(await forged('mailbox', 'mailbox', issued, issued + 60), grants)).toBeDefined();
    expect(await identity.verify(await forged('mailbox', 'mailbox', issued, issued + 3600), grants)).toBeUndefined();
    expect(await identity.verify(await forged('mailbox', 'mailbox', issued + 6, issued + 66), grants)).toBeUndefined();
  });

  // @rule AUTH-OWN-KEY
  test.each(['mailbox', 'identity', 'operator', '0b8e7c1e-5d3f-8a11-9c2d-7f0e6a5b4c3d'])(
    'that notification signs in the name of %s is worth nothing',
    async (sub) => {
      expect(await at('identity', issued).verify(await forged('notification', sub), grants)).toBeUndefined();
    },
  );

  test('of a key whose owner is called like operators opens nothing of theirs', async () => {
    addKeyPair(secrets, 'operator', 'service');
    expect(await at('identity', issued).verify(await forged('operator', 'operator'), grants)).toBeUndefined();
  });

  test('of a key that was retired is believed for five minutes more, and then no longer', async () => {
    const folder = secretsFolder();
    addKeyPair(folder, 'mailbox', 'service', { retired: '2027-01-15T08:00:00Z' });
    const retired = Date.parse('2027-01-15T08:00:00Z') / 1_000;
    const before = await at('mailbox', retired + 290, folder).issue('identity');
    expect(await at('identity', retired + 299, folder).verify(before, grants)).toMatchObject({ name: 'mailbox' });
    expect(await at('identity', retired + 301, folder).verify(before, grants)).toBeUndefined();
  });

  test('may come from a clock that is a little ahead', async () => {
    const token = await at('mailbox', issued + 5).issue('identity');
    expect(await at('identity', issued).verify(token, grants)).toMatchObject({ name: 'mailbox' });
  });

  test.each(['', 'x', 'a.b.c'])('is not "%s"', async (token) => {
    expect(await at('identity', issued).verify(token, grants)).toBeUndefined();
  });
});
