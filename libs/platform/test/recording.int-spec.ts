import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { parseInstant } from '@recapito/primitives';
import { eventually, recordsOf } from '@recapito/testing';
import type { RunningService } from '../src/index.ts';
import { Act, Permission, Reading, RecordsNothing } from '../src/index.ts';
import { operatorToken, Stage } from './parcels/service.ts';

@Controller('letters')
class LettersController {
  @Get()
  @Permission('read-letters')
  @Reading()
  list() {
    return [];
  }

  @Get('count')
  @Permission('read-letters')
  @RecordsNothing('a number')
  count() {
    return { letters: 0 };
  }

  @Post()
  @Permission('send-letter')
  @Act()
  send() {
    return {};
  }

  @Post('last')
  @Permission('send-letter')
  @Act('afterwards')
  sendLast(): never {
    throw new Error('nothing was sent');
  }
}

@Module({ controllers: [LettersController] })
class LettersModule {}

const described = {
  name: 'identity',
  module: LettersModule,
  grants: { operator: ['read-letters', 'send-letter'], mailbox: ['read-letters'] },
  sessions: () => (token: string) =>
    Promise.resolve(
      token === 'session-of-anna'
        ? { kind: 'session' as const, name: 'anna', permissions: ['read-letters', 'send-letter'] }
        : undefined,
    ),
};

const stage = new Stage();
let service: RunningService;

beforeAll(async () => {
  await stage.setClock(parseInstant('2010-08-02T09:00:00+02:00'));
  service = await stage.started(described);
  await service.ready;
});
afterAll(() => stage.end());

async function ask(path: string, { method = 'GET', token = operatorToken, purpose = '', at = service } = {}) {
  const headers = { authorization: `Bearer ${token}`, ...(purpose !== '' && { purpose }) };
  return fetch(`${at.url}${path}`, { method, headers });
}

let seen = 0;
/** What has been published since the last time; waits for as many. */
async function published(count: number): Promise<object[]> {
  return eventually(async () => {
    const records = await recordsOf(stage, 'identity.readings.v1');
    const facts = records
      .toSorted((one, other) => Number(one.timestamp) - Number(other.timestamp))
      .map(({ headers, value }) => ({
        type: String(headers?.['ce_type']),
        ...(JSON.parse(String(value)) as object),
      }));
    expect(facts).toHaveLength(seen + count);
    const fresh = facts.slice(seen);
    seen += count;
    return fresh;
  });
}

describe('a route that shows personal data', () => {
  // @rule PERSONAL-DATA-READ
  test('publishes who read what, with which filter, and why', async () => {
    expect((await ask('/letters?to=anna', { purpose: 'reclamo 12/2010' })).status).toBe(200);
    expect(await published(1)).toEqual([
      {
        type: 'it.recapito.identity.readings.data-read',
        kind: 'operator',
        caller: 'operator',
        act: 'read-letters',
        subject: '/letters?to=anna',
        purpose: 'reclamo 12/2010',
      },
    ]);
  });

  test('publishes readings of services too, and that nobody said why', async () => {
    expect((await ask('/letters', { token: await stage.tokenOf('mailbox', 'identity') })).status).toBe(200);
    expect(await published(1)).toMatchObject([{ kind: 'service', caller: 'mailbox', purpose: null }]);
  });

  test('publishes nothing of holders, who read what is theirs, nor of who is not admitted', async () => {
    expect((await ask('/letters', { token: 'session-of-anna' })).status).toBe(200);
    expect((await ask('/letters', { token: 'nobody' })).status).toBe(401);
    expect((await ask('/letters/count')).status).toBe(200);
    expect((await ask('/letters')).status).toBe(200);
    expect(await published(1)).toMatchObject([{ caller: 'operator' }]);
  });
});

describe('a route that changes something', () => {
  // @rule ACT-NAMED
  test('publishes who asked for it, holders too', async () => {
    expect((await ask('/letters', { method: 'POST' })).status).toBe(201);
    expect((await ask('/letters', { method: 'POST', token: 'session-of-anna' })).status).toBe(201);
    const act = { type: 'it.recapito.identity.readings.act-asked', act: 'send-letter', subject: '/letters' };
    expect(await published(2)).toEqual([
      { ...act, kind: 'operator', caller: 'operator', purpose: null },
      { ...act, kind: 'session', caller: 'anna', purpose: null },
    ]);
  });

  test('and publishes it afterwards publishes nothing when it failed', async () => {
    expect((await ask('/letters/last', { method: 'POST' })).status).toBe(500);
    expect((await ask('/letters', { method: 'POST' })).status).toBe(201);
    expect(await published(1)).toMatchObject([{ subject: '/letters' }]);
  });
});

// @rule PERSONAL-DATA-READ
test('in production an operator who does not say why is shown nothing', async () => {
  const secrets = stage.productionSecrets('identity');
  const token = `operator-${'a'.repeat(43)}`;
  const sha256 = createHash('sha256').update(token).digest('hex');
  writeFileSync(join(secrets, 'operators.json'), JSON.stringify([{ name: 'maria.bianchi', sha256 }]), { mode: 0o600 });
  const namespace = `${stage.namespace}production.`;
  const environment = { RECAPITO_MODE: 'production', RECAPITO_SECRETS: secrets, RECAPITO_NAMESPACE: namespace };
  const production = await stage.started(described, environment);
  await production.ready;
  const refused = await ask('/letters', { token, at: production });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ faults: [{ at: 'header.purpose' }] });
  expect((await ask('/letters', { token, at: production, purpose: 'verifica' })).status).toBe(200);
  await eventually(async () => {
    const records = await recordsOf({ namespace }, 'identity.readings.v1');
    expect(records.map(({ value }) => JSON.parse(String(value)) as object)).toMatchObject([
      { caller: 'maria.bianchi', purpose: 'verifica' },
    ]);
  });
});
