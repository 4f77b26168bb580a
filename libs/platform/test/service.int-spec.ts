import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { eventually, servers } from '@recapito/testing';
import { freePort } from '@recapito/servers';
import { Client } from 'pg';
import type { HealthReport, RehearsalState, RunningService } from '../src/index.ts';
import type { ParcelClient } from './parcels/parcel-client.ts';
import { operatorToken, Stage } from './parcels/service.ts';

const opening = parseInstant('2010-08-02T07:00:00Z');
const stage = new Stage();
let service: RunningService<ParcelClient>;

beforeAll(async () => {
  service = await stage.started();
});

afterAll(() => stage.end());

async function health(of = service): Promise<{ code: number; report: HealthReport }> {
  const response = await fetch(`${of.management}/health/ready`);
  return { code: response.status, report: (await response.json()) as HealthReport };
}

function check(report: HealthReport, name: string) {
  return report.checks.find((each) => each.name === name);
}

describe('a service that starts in a rehearsal', () => {
  // @rule HEALTH-READY
  test('is alive and not ready before the suite clock was ever set', async () => {
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    const { code, report } = await health();
    expect(code).toBe(503);
    expect(report.status).toBe('down');
    expect(check(report, 'lifecycle')).toMatchObject({ state: 'down', phase: 'starting' });
  });

  test('turns every other request away until then', async () => {
    const response = await fetch(`${service.url}/parcels/now`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  // @rule HEALTH-READY
  test('is ready once the clock shows an instant, and shows it in its health', async () => {
    await stage.setClock(opening);
    await service.ready;
    await eventually(async () => {
      const { code, report } = await health();
      expect({ code, status: report.status }).toEqual({ code: 200, status: 'ok' });
      expect(check(report, 'suite-clock')).toMatchObject({ state: 'ok', instant: '2010-08-02T07:00:00.000Z', rate: 0 });
    });
  });

  test('follows the clock to where the driver moves it', async () => {
    const bound = parseInstant('2010-09-15T21:59:59.999Z');
    await stage.setClock(bound);
    await eventually(async () => {
      const answered = (await (await fetch(`${service.url}/parcels/now`)).json()) as { instant: number };
      expect(answered.instant).toBe(bound);
    });
  });

  test('tells the driver what it has in hand and when something is due, and nobody else', async () => {
    const due = parseInstant('2010-09-16T06:00:00Z');
    service.platform.dueWork.register(() => Promise.resolve(due));
    expect((await fetch(`${service.url}/rehearsal/state`)).status).toBe(401);
    await eventually(async () => {
      const response = await fetch(`${service.url}/rehearsal/state`, {
        headers: { authorization: `Bearer ${operatorToken}` },
      });
      expect(response.status).toBe(200);
      expect((await response.json()) as RehearsalState).toMatchObject({
        clock: { instant: parseInstant('2010-09-15T21:59:59.999Z'), rate: 0 },
        earliestDue: due,
        inWork: 0,
        outboxPending: 0,
        consumersLag: 0,
        counters: { 'outbox.sent': 0 },
      });
    });
  });

  test('answers the driver who waits for quiet when its work is done, not before', async () => {
    const headers = { authorization: `Bearer ${operatorToken}` };
    const done = Promise.withResolvers<void>();
    const working = service.platform.dueWork.during(() => done.promise);
    const early = await fetch(`${service.url}/rehearsal/state?lag=known&until=quiet`, { headers });
    expect(await early.json()).toMatchObject({ inWork: 1 });
    const answer = fetch(`${service.url}/rehearsal/state?lag=known&until=quiet`, { headers });
    done.resolve();
    await working;
    expect(await (await answer).json()).toMatchObject({ inWork: 0 });
    const later = parseInstant('2010-09-16T00:00:00Z');
    const clock = await fetch(`${service.url}/rehearsal/state?lag=known&until=${later}`, { headers });
    expect(await clock.json()).toMatchObject({ clock: { instant: parseInstant('2010-09-15T21:59:59.999Z') } });
  });

  test('does not count the driver’s own looking as work, so that two looks can be alike', async () => {
    const look = async () => {
      const response = await fetch(`${service.url}/rehearsal/state`, {
        headers: { authorization: `Bearer ${operatorToken}` },
      });
      return ((await response.json()) as RehearsalState).counters;
    };
    expect(await look()).toEqual(await look());
  });
});

describe('a service that runs', () => {
  // @rule MANAGEMENT-PORT
  test('tells who reaches its port whether it is alive and ready, and those who run it the rest, on the loopback', async () => {
    expect(await (await fetch(`${service.url}/health/live`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${service.url}/health/ready`)).json()).toEqual({ status: 'ok' });
    for (const path of ['/metrics', '/openapi.json']) {
      expect((await fetch(`${service.url}${path}`)).status).toBe(404);
      expect((await fetch(`${service.management}${path}`)).status).toBe(200);
    }
    expect(new URL(service.management).hostname).toBe('127.0.0.1');
    const unknown = await fetch(`${service.management}/parcels/now`);
    expect(unknown.status).toBe(404);
    expect(unknown.headers.get('content-type')).toContain('application/problem+json');
  });

  // @rule MANAGEMENT-PORT
  test('has its management port a hundred above its own, unless it is set', async () => {
    const port = await freePort();
    const usual = await stage.started({}, { RECAPITO_PORT: String(port) });
    expect(usual.management).toBe(`http://127.0.0.1:${port + 100}`);
    const own = await freePort();
    const moved = await stage.started({}, { RECAPITO_MANAGEMENT_PORT: String(own) });
    expect(moved.management).toBe(`http://127.0.0.1:${own}`);
  });

  test('shows its figures to Prometheus: requests by route, the pool, the event loop', async () => {
    await fetch(`${service.url}/health/live`);
    const lines = (await (await fetch(`${service.management}/metrics`)).text()).split('\n');
    const names = new Set(lines.filter((line) => !line.startsWith('#')).map((line) => line.split(/[{ ]/)[0]));
    const live = lines.find((line) => line.includes('_seconds_count') && line.includes('route="/health/live"'));
    expect(live).toMatch(/method="GET".*status="200".* [1-9]\d*$/);
    expect(names).toContain('recapito_database_connections');
    expect(names).toContain('nodejs_eventloop_lag_seconds');
  });

  test('shows how old each of its secrets is', async () => {
    const lines = (await (await fetch(`${service.management}/metrics`)).text()).split('\n');
    const ages = lines.filter((line) => line.startsWith('recapito_secret_age_seconds{'));
    const own = ages.find((line) => line.includes('secret="parcels.service.key"'));
    const sinceAugust2010 = (Date.now() - Date.parse('2010-08-01T00:00:00Z')) / 1_000;
    expect(Number(own?.split('} ')[1]) / sinceAugust2010).toBeCloseTo(1, 3);
    expect(own).toMatch(/id="[0-9a-f-]{36}"/);
  });

  test('describes its routes by the schemas that check them, in OpenAPI 3.1', async () => {
    const document = (await (await fetch(`${service.management}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: unknown }> } }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(document.paths['/parcels']?.['post']?.requestBody?.content['application/json']?.schema).toMatchObject({
      required: ['id', 'label', 'weight'],
      properties: { label: { type: 'string', minLength: 3, maxLength: 40 }, weight: { type: 'integer', maximum: 30 } },
    });
    expect(Object.keys(document.paths)).not.toContain('/health/ready');
  });

  // @rule HEALTH-READY
  test('is down without its own database, and well again with it', async () => {
    const name = new URL(service.platform.config.databaseUrl ?? '').pathname.slice(1);
    const administrator = new Client({ connectionString: servers().postgresUrl });
    await administrator.connect();
    try {
      await administrator.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`);
      await administrator.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
      const { code, report } = await health();
      expect({ code, status: report.status }).toEqual({ code: 503, status: 'down' });
      expect(check(report, 'database')).toMatchObject({ state: 'down' });
    } finally {
      await administrator.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS true`);
      await administrator.end();
    }
    await eventually(async () => {
      const { code, report } = await health();
      expect({ code, database: check(report, 'database')?.state }).toEqual({ code: 200, database: 'ok' });
    });
  });
});

describe('a service that stops', () => {
  // @rule HEALTH-READY
  test('finishes the request in hand, says that it drains, and publishes what was stated', async () => {
    const leaving = await stage.started({}, { RECAPITO_DRAIN_MS: '300' });
    await leaving.ready;
    const slow = fetch(`${leaving.url}/parcels/slow/600`);
    await eventually(() =>
      leaving.platform.metrics.registry.metrics().then((text) => /recapito_http_requests_in_work\S* 1/.test(text)),
    );
    await fetch(`${leaving.url}/parcels/told`, { method: 'POST' });
    const database = new Client({ connectionString: leaving.platform.config.databaseUrl });
    await database.connect();
    const stopped = leaving.stop();
    const { code, report } = await health(leaving);
    expect({ code, lifecycle: check(report, 'lifecycle')?.['phase'] }).toEqual({ code: 503, lifecycle: 'draining' });
    expect(await (await slow).json()).toEqual({ waited: 600 });
    expect(await stopped).toBe(true);
    const { rows } = await database.query('SELECT published_at IS NOT NULL AS published FROM outbox');
    await database.end();
    expect(rows).toEqual([{ published: true }]);
    await expect(fetch(`${leaving.url}/health/live`)).rejects.toThrow();
  });

  test('stops once, however often it is told to', async () => {
    const leaving = await stage.started();
    await leaving.ready;
    expect(await Promise.all([leaving.stop(), leaving.stop()])).toEqual([true, true]);
  });
});
