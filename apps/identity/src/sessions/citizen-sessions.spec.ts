import { describe, expect, test } from '@jest/globals';
import { KeyRing } from '@recapito/platform';
import { addKeyPair, secretsFolder } from '@recapito/testing';
import { CitizenSessions } from './citizen-sessions.ts';

const secrets = secretsFolder();
const service = 'cec-pac';
const holder = '0b8e7c1e-5d3f-8a11-9c2d-7f0e6a5b4c3d';
const enrolment = { id: '1b8e7c1e-5d3f-8a11-9c2d-7f0e6a5b4c3d', generation: 1 };
const opened = 1_280_732_400;
const never = () => Promise.resolve(undefined);
const at = (seconds: number, folder = secrets) => new CitizenSessions(new KeyRing(folder, 'identity'), () => seconds);

describe('a session of a holder', () => {
  // @rule SESSION-CITIZEN
  test('says whose it is and what it is good for', async () => {
    const token = await at(opened).issue({ holder, scope: 'enrolment', service, enrolment });
    expect(await at(opened).verify(token, never)).toEqual({
      kind: 'session',
      name: holder,
      permissions: ['follow-enrolment', 'change-password', 'keep-own-sessions'],
      session: { id: expect.stringMatching(/^[0-9a-f-]{36}$/), holder, scope: 'enrolment', service, enrolment },
    });
  });

  test('of a PIN it is good for changing the PIN alone', async () => {
    const token = await at(opened).issue({ holder, scope: 'first-pin', service, enrolment: null });
    expect((await at(opened).verify(token, never))?.permissions).toEqual(['change-pin', 'keep-own-sessions']);
  });

  // @rule SESSION-CITIZEN
  test('lasts fifteen minutes and no second longer', async () => {
    const token = await at(opened).issue({ holder, scope: 'pin', service, enrolment: null });
    expect(await at(opened + 899).verify(token, never)).toBeDefined();
    expect(await at(opened + 900).verify(token, never)).toBeUndefined();
  });

  test('is over when the holder’s sessions were ended in its second or later; one of the next second is not', async () => {
    const token = await at(opened).issue({ holder, scope: 'pin', service, enrolment: null });
    const asked: string[] = [];
    const ended = (ms: number) => (whose: string) => {
      asked.push(whose);
      return Promise.resolve(ms);
    };
    expect(await at(opened).verify(token, ended(opened * 1_000 - 1))).toBeDefined();
    expect(await at(opened).verify(token, ended(opened * 1_000))).toBeUndefined();
    const next = await at(opened + 1).issue({ holder, scope: 'pin', service, enrolment: null });
    expect(await at(opened + 1).verify(next, ended(opened * 1_000 + 999))).toBeDefined();
    expect(asked).toEqual([holder, holder, holder]);
  });

  test('is signed with Ed25519, names identity as its issuer, and carries no name of a person', async () => {
    const [header = '', payload = ''] = (
      await at(opened).issue({ holder, scope: 'enrolment', service, enrolment })
    ).split('.');
    const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    expect(decoded(header)).toEqual({ alg: 'EdDSA', typ: 'JWT', kid: expect.any(String) });
    expect(decoded(payload)).toEqual({
      iss: 'identity',
      aud: 'portal',
      sub: holder,
      scope: 'enrolment',
      service: 'cec-pac',
      enrolment: enrolment.id,
      generation: 1,
      jti: expect.any(String),
      iat: opened,
      exp: opened + 900,
    });
  });

  test('goes on after a roll-over until it is over, and the new key signs', async () => {
    const folder = secretsFolder();
    const old = await at(opened, folder).issue({ holder, scope: 'pin', service, enrolment: null });
    addKeyPair(folder, 'identity', 'citizen-sessions');
    const fresh = await at(opened, folder).issue({ holder, scope: 'pin', service, enrolment: null });
    for (const token of [old, fresh]) expect(await at(opened, folder).verify(token, never)).toBeDefined();
    expect(old.split('.')[0]).not.toBe(fresh.split('.')[0]);
  });

  test.each([
    [
      'of another key',
      async () => await at(opened, secretsFolder()).issue({ holder, scope: 'pin', service, enrolment: null }),
    ],
    [
      'altered by one character',
      async () => `${(await at(opened).issue({ holder, scope: 'pin', service, enrolment: null })).slice(0, -2)}xx`,
    ],
    ['that is none', async () => await Promise.resolve('qualcosa')],
  ])('%s proves nothing', async (_, make) => {
    expect(await at(opened).verify(await make(), never)).toBeUndefined();
  });
});
