import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, Module, Post, Query } from '@nestjs/common';
import { parseInstant } from '@recapito/primitives';
import { eventually, recordsOf } from '@recapito/testing';
import { addOperator, removeOperator } from '@recapito/installation';
import type { ActInHand, RunningService } from '../src/index.ts';
import { Act, Approvals, InHand, Permission, Reading, RecordsNothing, TwoPersons } from '../src/index.ts';
import { operatorToken, Stage } from './parcels/service.ts';

/** How often letters were burnt. */
let burnt = 0;

@Controller('letters')
class LettersController {
  constructor(private readonly approvals: Approvals) {}

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

  @Post('burnings')
  @Permission('burn-letters')
  @Act()
  @TwoPersons()
  burn(@InHand() hand: ActInHand, @Query() command: Record<string, string>) {
    const act = { act: 'burn-letters', command, stateOf: () => Promise.resolve(String(burnt)) };
    return this.approvals.take(hand, act, () => Promise.resolve({ burnt: (burnt += 1) }));
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
  grants: { operator: ['read-letters', 'send-letter', 'burn-letters'], mailbox: ['read-letters'] },
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

describe('an act of two persons', () => {
  let [maria, luca, rosa]: string[] = [];
  beforeAll(() => {
    [maria, luca, rosa] = ['maria.bianchi', 'luca.neri', 'rosa.gialli'].map((name) =>
      addOperator(stage.secrets, name, undefined),
    );
  });

  /** Sends the act. @returns its status and what the answer says of it */
  async function burn(token: string | undefined, approval?: string, command = 'kind=old') {
    const headers = {
      authorization: `Bearer ${token}`,
      purpose: 'spazio',
      ...(approval !== undefined && { approval }),
    };
    const response = await fetch(`${service.url}/letters/burnings?${command}`, { method: 'POST', headers });
    const body = (await response.json()) as { approval?: string; burnt?: number; type?: string };
    return { status: response.status, approval: body.approval ?? '', said: body.type ?? body.burnt };
  }
  const waiting = async () => {
    const answered = await ask('/approvals', { token: luca });
    return ((await answered.json()) as { items: { approval: string; by: string; reason: string }[] }).items;
  };

  // @rule APPROVAL-TWO-PERSONS APPROVAL-ONCE
  test('is asked for by one, who does not approve it, and done once with the approval of another', async () => {
    const { status, approval } = await burn(maria);
    expect({ status, burnt }).toEqual({ status: 202, burnt: 0 });
    expect(await waiting()).toMatchObject([{ approval, by: 'maria.bianchi', reason: 'spazio' }]);
    expect((await burn(maria)).approval).toBe(approval);
    expect(await burn(luca)).toMatchObject({ status: 409, said: 'approval/asked-already' });
    expect(await burn(maria, approval)).toMatchObject({ status: 403, said: 'approval/same-person' });
    expect(await burn(luca, approval, 'kind=new')).toMatchObject({ status: 409, said: 'approval/another-act' });
    expect(await burn(luca, approval)).toMatchObject({ status: 200, said: 1 });
    expect(await burn(luca, approval)).toMatchObject({ status: 409, said: 'approval/used' });
    expect({ burnt, waiting: await waiting() }).toEqual({ burnt: 1, waiting: [] });
  });

  test('is done once when both connections of the second person come at once', async () => {
    const { approval } = await burn(maria);
    const both = await Promise.all([burn(luca, approval), burn(luca, approval)]);
    expect(both.map(({ status }) => status).sort((one, other) => one - other)).toEqual([200, 409]);
    expect(burnt).toBe(2);
  });

  // @rule APPROVAL-TWO-PERSONS
  test('is not done when who asked is no operator any more', async () => {
    const { approval } = await burn(rosa);
    removeOperator(stage.secrets, 'rosa.gialli');
    expect(await burn(luca, approval)).toMatchObject({ status: 409, said: 'approval/person-gone' });
    expect((await ask(`/approvals/${approval}`, { method: 'DELETE', token: luca })).status).toBe(204);
    expect(await burn(luca, approval)).toMatchObject({ status: 404, said: 'approval/unknown' });
  });

  // @rule APPROVAL-ONCE
  test('is not done with a request that has expired, nor after a change or a restore', async () => {
    const { approval: expired } = await burn(maria);
    const { client } = service.platform.database ?? {};
    await client?.$executeRawUnsafe(`UPDATE approval SET until = now() WHERE id = '${expired}'`);
    expect(await burn(luca, expired)).toMatchObject({ status: 409, said: 'approval/expired' });
    const { approval } = await burn(maria);
    burnt += 1;
    expect(await burn(luca, approval)).toMatchObject({ status: 409, said: 'approval/outdated' });
    burnt -= 1;
    await client?.$executeRawUnsafe(`INSERT INTO epoch (epoch) VALUES (1)`);
    expect(await burn(luca, approval)).toMatchObject({ status: 409, said: 'approval/outdated' });
    expect(burnt).toBe(2);
  });

  test('is nobody’s with the id of no request, and done alone with the token of a rehearsal alone', async () => {
    expect((await burn(luca, 'nessuna')).status).toBe(400);
    expect((await burn(luca, 'c0a80101-0000-4000-8000-000000000001')).said).toBe('approval/unknown');
    expect(await burn(operatorToken)).toMatchObject({ status: 200, said: 3 });
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
