import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { suiteClockKey } from '@recapito/contracts';
import { parseInstant } from '@recapito/primitives';
import { addKeyPair, produceBare } from '@recapito/testing';
import type { HealthReport, RunningService } from '../src/index.ts';
import type { ParcelClient } from './parcels/parcel-client.ts';
import { operatorToken, Stage } from './parcels/service.ts';

const stage = new Stage();

beforeAll(() => stage.setClock(parseInstant('2010-08-02T07:00:00Z')));
afterAll(() => stage.end());

async function health(of: RunningService<ParcelClient>): Promise<{ code: number; report: HealthReport }> {
  const response = await fetch(`${of.management}/health/ready`);
  return { code: response.status, report: (await response.json()) as HealthReport };
}

function check(report: HealthReport, name: string) {
  return report.checks.find((each) => each.name === name);
}

describe('production', () => {
  test('answers without a broker, degraded, with 200', async () => {
    const environment = { RECAPITO_MODE: 'production', RECAPITO_KAFKA_BROKERS: '127.0.0.1:9' };
    const alone = await stage.started(
      { grants: { counter: grantsOfCounter } },
      { ...environment, RECAPITO_SECRETS: stage.productionSecrets() },
    );
    await alone.ready;
    const { code, report } = await health(alone);
    expect({ code, status: report.status }).toEqual({ code: 200, status: 'degraded' });
    expect(check(report, 'outbox')).toMatchObject({ state: 'degraded' });
    expect((await fetch(`${alone.url}/parcels/now`)).status).toBe(200);
    expect(
      (await fetch(`${alone.url}/rehearsal/state`, { headers: { authorization: `Bearer ${operatorToken}` } })).status,
    ).toBe(404);
  });

  // @rule CLOCK-PRODUCTION
  test('starts whatever record somebody has put on the topic of the suite clock, and shows the time of the system', async () => {
    for (const value of ['{"instant":0,"rate":0,"since":0}', 'no clock'])
      await produceBare({ namespace: stage.namespace }, 'suite.clock.v1', [{ key: suiteClockKey, value }]);
    const environment = { RECAPITO_MODE: 'production', RECAPITO_SECRETS: stage.productionSecrets() };
    const service = await stage.started({ grants: { counter: grantsOfCounter } }, environment);
    await service.ready;
    expect(Math.abs(service.platform.clock.now() - Date.now())).toBeLessThan(5_000);
    expect(check((await health(service)).report, 'suite-clock')).toMatchObject({ state: 'ok', source: 'system' });
  });

  // @rule CLOCK-PRODUCTION
  test('does not start on the database of a rehearsal, nor a rehearsal on that of production', async () => {
    const rehearsed = await stage.environment();
    await (
      await stage.startedIn(rehearsed)
    ).ready;
    const production = { RECAPITO_MODE: 'production', RECAPITO_SECRETS: stage.productionSecrets() };
    const late = await stage.startedIn(stage.inProduction({ ...rehearsed, ...production }), {
      grants: { counter: grantsOfCounter },
    });
    await expect(late.ready).rejects.toThrow('the database belongs to a rehearsal');

    const produced = await stage.environment(production);
    await (
      await stage.startedIn(produced, { grants: { counter: grantsOfCounter } })
    ).ready;
    const wrong = await stage.startedIn({ ...produced, RECAPITO_MODE: 'rehearsal', RECAPITO_SECRETS: stage.secrets });
    await expect(wrong.ready).rejects.toThrow('the database belongs to production');
  });

  // @rule AUTH-OPERATOR-TOKEN KAFKA-PRODUCTION INNER-TLS
  test('names everything that it lacks in one message', async () => {
    const secrets = stage.productionSecrets();
    writeFileSync(join(secrets, 'operator.token'), operatorToken, { mode: 0o600 });
    addKeyPair(secrets, 'mailbox', 'service');
    const environment = {
      RECAPITO_MODE: 'production',
      RECAPITO_SECRETS: secrets,
      RECAPITO_KAFKA_USER: '',
      RECAPITO_KAFKA_PASSWORD_FILE: '',
      RECAPITO_KAFKA_PROTECTED_BY: '',
      RECAPITO_HTTP_PROTECTED_BY: '',
      RECAPITO_DATABASE_PROTECTED_BY: '',
      RECAPITO_REDIS_PROTECTED_BY: '',
    };
    const starting = stage.started({ lacking: ['RECAPITO_STAMPS: parcels want stamps'] }, environment);
    const said = await starting.then(
      () => '',
      ({ message }: Error) => message,
    );
    expect(said.split('\n').map((line) => line.trim().split(/[:;]/)[0])).toEqual([
      'production does not start like this',
      'the folder of secrets holds the keys of other services, which only they may have',
      'operator.token opens a rehearsal to whoever holds it',
      'RECAPITO_KAFKA_USER',
      'RECAPITO_KAFKA_CA_FILE',
      'RECAPITO_HTTP_CERTIFICATE_FILE, RECAPITO_HTTP_KEY_FILE',
      'RECAPITO_DATABASE_CA_FILE',
      'RECAPITO_REDIS_URL',
      'RECAPITO_REDIS_URL_FILE',
      'RECAPITO_STAMPS',
    ]);
  });

  // @rule INNER-TLS
  test('has public addresses over TLS, whoever protects the ways inside; what a service says of a setting stands once', async () => {
    const environment = {
      RECAPITO_MODE: 'production',
      RECAPITO_SECRETS: stage.productionSecrets(),
      RECAPITO_OIDC_ISSUER: 'http://identita.example/oidc',
    };
    const said = async (lacking: readonly string[], more: Record<string, string> = {}) =>
      await stage.started({ lacking }, { ...environment, ...more }).then(
        () => [],
        ({ message }: Error) => message.split('\n').slice(1),
      );
    expect(await said([])).toEqual([expect.stringMatching(/RECAPITO_OIDC_ISSUER: .* no mesh protects their way/)]);
    expect(await said(['RECAPITO_OIDC_ISSUER: in other words'])).toEqual(['  RECAPITO_OIDC_ISSUER: in other words']);
  });

  // @rule KAFKA-PRODUCTION
  test('starts without a password for the broker when the settings say in words that a mesh protects it', async () => {
    const broker = { RECAPITO_KAFKA_USER: '', RECAPITO_KAFKA_PASSWORD_FILE: '', RECAPITO_KAFKA_PROTECTED_BY: 'mesh' };
    const environment = { RECAPITO_MODE: 'production', RECAPITO_SECRETS: stage.productionSecrets(), ...broker };
    const service = await stage.started({ grants: { counter: grantsOfCounter } }, environment);
    await service.ready;
    expect((await fetch(`${service.url}/parcels/now`)).status).toBe(200);
  });
});

const grantsOfCounter = ['register-parcel', 'list-parcels', 'see-caller'];
