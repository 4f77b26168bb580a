import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { instant } from '@recapito/primitives';
import { OperatorPermissions, Unavailable } from '../src/index.ts';
import type { RunningService } from '../src/index.ts';
import type { ParcelClient } from './parcels/parcel-client.ts';
import { Stage } from './parcels/service.ts';

const stage = new Stage();
const programmes = mkdtempSync(join(tmpdir(), 'recapito-programmes-'));
const { privateKey, publicKey } = await generateKeyPair('ES256');
let isAway = false;
/** Answers as the provider and as identity do, for as long as it is not away. */
const provider = createServer((request, response) => {
  void (async () => {
    if (isAway) return request.socket.destroy();
    const permissions = request.url === '/operators/maria.bianchi/permissions/parcels' ? ['list-parcels'] : [];
    const isJwks = request.url === '/oidc/jwks';
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(isJwks ? { keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] } : { permissions }),
    );
  })();
});
let issuer: string;
let parcels: RunningService<ParcelClient>;

function rolesAre(permissions: object): void {
  const role = { role: 'operator', words: { it: 'Operatore', en: 'Operator' }, permissions };
  writeFileSync(join(programmes, 'roles.json'), JSON.stringify({ roles: [role] }));
}

const settings = () => ({ RECAPITO_OIDC_ISSUER: issuer, RECAPITO_PROGRAMMES: programmes });

beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/oidc`;
  rolesAre({ mailbox: ['list-mailboxes'] });
  parcels = await stage.started({}, settings());
  await stage.setClock(instant(Date.parse('2010-08-02T07:00:00Z')));
  await parcels.ready;
});

afterAll(async () => {
  await stage.end();
  provider.close();
  rmSync(programmes, { recursive: true });
});

async function asked(audience: string, permissions = ['list-parcels']): Promise<number> {
  const claims = { preferred_username: 'maria.bianchi', permissions };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'one' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('7c1de6f2-5b0a-4c39-8f4e-1a2b3c4d5e6f')
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(privateKey);
  const headers = { authorization: `Bearer ${token}`, purpose: 'spec' };
  return (await fetch(`${parcels.url}/parcels`, { headers })).status;
}

describe('a service takes operators’ access tokens', () => {
  test('for itself, with what they permit, and goes on while the provider is away', async () => {
    expect(await asked('urn:recapito:parcels')).toBe(200);
    isAway = true;
    expect(await asked('urn:recapito:parcels')).toBe(200);
    isAway = false;
    expect(await asked('urn:recapito:parcels', [])).toBe(403);
    expect(await asked('urn:recapito:mailbox')).toBe(401);
  });

  test('and does not start with roles that permit what none of its routes asks of operators', async () => {
    rolesAre({ mailbox: ['list-mailboxes'], 'no-service': ['read-holds'] });
    await expect(stage.started({}, settings())).rejects.toThrow('operator: there is no service "no-service"');
    rmSync(join(programmes, 'roles.json'));
    await expect(stage.started({}, settings())).rejects.toThrow('roles.json');
  });
});

// @rule OPERATOR-MAY-STILL
describe('what an operator may do now', () => {
  const permissions = () => {
    const { operators, caller, breakers } = parcels.platform;
    const identityUrl = new URL(issuer).origin;
    return new OperatorPermissions({ operators, caller, breakers, service: 'parcels', identityUrl });
  };

  test('is known of who has a token, and asked of identity for who has an account', async () => {
    expect(await permissions().may('operator', 'list-parcels')).toBe(true);
    expect(await permissions().may('maria.bianchi', 'list-parcels')).toBe(true);
    expect(await permissions().may('maria.bianchi', 'register-parcel')).toBe(false);
    expect(await permissions().may('nobody', 'list-parcels')).toBe(false);
  });

  test('is not decided while identity is away', async () => {
    isAway = true;
    await expect(permissions().may('maria.bianchi', 'list-parcels')).rejects.toBeInstanceOf(Unavailable);
    isAway = false;
  });
});
