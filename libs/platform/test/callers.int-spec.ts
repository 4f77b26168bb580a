import { Controller, Get, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { instant } from '@recapito/primitives';
import { freePort } from '@recapito/testing';
import { type Caller, Permission, type RunningService } from '../src/index.ts';
import type { ParcelClient } from './parcels/parcel-client.ts';
import { ParcelsModule, Stage } from './parcels/service.ts';

const stage = new Stage();
let called: RunningService<ParcelClient>;
let calling: RunningService<ParcelClient>;
const citizen: Caller = { kind: 'session', name: 'holder-1', permissions: ['see-caller'] };

beforeAll(async () => {
  await stage.setClock(instant(Date.parse('2010-08-02T07:00:00Z')));
  const sessions = () => (token: string) => Promise.resolve(token === 'session-of-holder-1' ? citizen : undefined);
  called = await stage.started({ sessions });
  calling = await stage.started({ name: 'counter', grants: {} });
  await Promise.all([called.ready, calling.ready]);
});

afterAll(() => stage.end());

async function proxied(path: string, headers: Record<string, string> = {}, audience = 'parcels') {
  const body = JSON.stringify({ url: `${called.url}${path}`, audience });
  const response = await fetch(`${calling.url}/parcels/proxied`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('a call between services', () => {
  test('is known by its caller’s name and carries the trace of the request behind it', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { status, body } = await proxied('/parcels/caller', { traceparent });
    expect(status).toBe(201);
    expect(body).toEqual({
      here: '4bf92f3577b34da6a3ce929d0e0e4736',
      there: { caller: 'counter', trace: '4bf92f3577b34da6a3ce929d0e0e4736' },
    });
  });

  test('begins a trace of its own when the request had none, or one that is not well formed', async () => {
    for (const traceparent of ['', 'nonsense']) {
      const { body } = await proxied('/parcels/caller', { traceparent });
      expect(body['here']).toMatch(/^[0-9a-f]{32}$/);
      expect(body['there']).toMatchObject({ trace: body['here'] });
    }
  });

  test('hands a refusal on with its rule and in both languages', async () => {
    for (const [language, detail] of [
      ['it', 'Il pacco non esiste.'],
      ['en', 'There is no such parcel.'],
    ] as const) {
      const { status, body } = await proxied('/parcels/7/weight', { 'accept-language': language });
      expect({ status, ...body }).toMatchObject({
        status: 409,
        type: 'parcel/unknown',
        rule: 'PARCEL-KNOWN',
        detail,
        details: { id: '7' },
      });
    }
  });

  test('with a token for another service is nobody’s answer', async () => {
    expect(await proxied('/parcels/caller', {}, 'identity')).toMatchObject({
      status: 503,
      body: { type: 'service/unavailable' },
    });
  });

  test('that takes too long, meets a fault, an unagreed answer or nobody at all is unavailable', async () => {
    const started = Date.now();
    expect((await proxied('/parcels/slow/5000')).status).toBe(503);
    expect(Date.now() - started).toBeLessThan(3_000);
    expect((await proxied('/parcels/broken')).status).toBe(503);
    expect((await proxied('/parcels/now')).status).toBe(503);
    const body = JSON.stringify({ url: `http://127.0.0.1:${await freePort()}/`, audience: 'parcels' });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    expect((await fetch(`${calling.url}/parcels/proxied`, init)).status).toBe(503);
  });
});

describe('who calls', () => {
  const ask = async (authorization?: string) =>
    await fetch(`${called.url}/parcels/caller`, authorization === undefined ? {} : { headers: { authorization } });

  // @rule AUTH-CALLER
  test('without credentials, or with such that nobody believes, is answered alike', async () => {
    const bodies: unknown[] = [];
    for (const authorization of [undefined, 'Bearer x', 'Basic eDp5', 'Bearer eyJhbGciOiJub25lIn0.e30.']) {
      const response = await ask(authorization);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      const { trace: _, ...body } = (await response.json()) as Record<string, unknown>;
      bodies.push(body);
    }
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });

  // @rule AUTH-PERMISSION
  test('as a service that is granted nothing is refused', async () => {
    expect((await ask(`Bearer ${await stage.tokenOf('notification', 'parcels')}`)).status).toBe(403);
  });

  test('with a session of the app’s own is the person who signed in', async () => {
    expect(await (await ask('Bearer session-of-holder-1')).json()).toMatchObject({ caller: 'holder-1' });
  });
});

describe('a service does not start', () => {
  @Controller('open')
  class ForgetfulController {
    @Get()
    list() {
      return [];
    }
  }

  @Controller('silent')
  class SilentController {
    @Get()
    @Permission('list-parcels')
    list() {
      return [];
    }
  }

  @Module({ controllers: [SilentController] })
  class SilentModule {}

  @Module({ controllers: [ForgetfulController] })
  class ForgetfulModule {}

  // @rule AUTH-DECLARED
  test('with a route that declares neither a permission nor that it is public', async () => {
    await expect(stage.started({ module: ForgetfulModule, grants: {} })).rejects.toThrow(
      'ForgetfulController.list declares neither @Permission nor @Public',
    );
  });

  // @rule ACT-DECLARED
  test('with a route that does not declare what it records of its caller', async () => {
    await expect(stage.started({ module: SilentModule, grants: { counter: ['list-parcels'] } })).rejects.toThrow(
      'SilentController.list declares none of @Reading, @Act, @Publishes, @RecordsNothing',
    );
  });

  // @rule AUTH-DECLARED
  test('with a grant of a permission that no route asks for', async () => {
    await expect(stage.started({ module: ParcelsModule, grants: { counter: ['regster-parcel'] } })).rejects.toThrow(
      'counter is granted "regster-parcel", which no route asks for',
    );
  });

  // @rule SECRETS-FILE-MODE
  test('with a key that others than its owner may read', async () => {
    await expect(stage.started({}, { RECAPITO_SECRETS: stage.secretsOfMode(0o644) })).rejects.toThrow('has mode 644');
  });
});
