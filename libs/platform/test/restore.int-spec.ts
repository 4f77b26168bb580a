import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { instant } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import { Client } from 'pg';
import type { HealthReport, RunningService } from '../src/index.ts';
import { ArrivalsModule, arrived } from './parcels/arrivals.ts';
import type { ParcelClient } from './parcels/parcel-client.ts';
import { operatorToken, Stage } from './parcels/service.ts';

const stage = new Stage();
const folder = mkdtempSync(join(tmpdir(), 'recapito-restore-'));
let service: RunningService<ParcelClient>;
let database: Client;

beforeAll(async () => {
  await stage.setClock(instant(Date.parse('2010-08-02T07:00:00Z')));
  service = await stage.started({ name: 'identity', module: ArrivalsModule, grants: {} }, { RECAPITO_FOLDER: folder });
  await service.ready;
  database = new Client({ connectionString: service.platform.config.databaseUrl });
  await database.connect();
});

afterAll(async () => {
  await database.end();
  await stage.end();
  rmSync(folder, { recursive: true });
});

async function asked(path: string, method = 'GET', token = operatorToken): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${service.url}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: await response.json() };
}

const arrive = async () => ((await asked('/arrivals', 'POST')).body as { id: string }).id;
const pending = async () => (await database.query('SELECT FROM outbox WHERE published_at IS NULL')).rowCount;
const published = () => eventually(async () => (await pending()) === 0);
async function restoreCheck() {
  const { checks } = (await (await fetch(`${service.management}/health/ready`)).json()) as HealthReport;
  return checks.find(({ name }) => name === 'restore');
}

test('a service says that its database went back, publishes nothing, and goes on at an operator’s word', async () => {
  await arrive();
  const forgotten = await arrive();
  await published();
  expect(await asked('/restore')).toEqual({ status: 200, body: { wentBackAt: null, forgotten: 0, epoch: 0 } });
  expect(await asked('/restore/go-on', 'POST')).toMatchObject({
    status: 409,
    body: { type: 'restore/nothing-to-decide' },
  });
  expect((await asked('/restore', 'GET', 'nobody')).status).toBe(401);

  await database.query('DELETE FROM outbox WHERE id = $1', [forgotten]);
  await database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'identity-relay' AND datname = current_database()`,
  );
  await eventually(async () =>
    expect(await restoreCheck()).toMatchObject({
      state: 'degraded',
      forgotten: 1,
      words: 'the database was put back to an earlier state; nothing is published until an operator decides',
    }),
  );
  await arrive();
  const { body } = await asked('/restore/forgotten');
  expect(body).toMatchObject({
    items: [{ id: forgotten, topic: arrived.topic, key: 'parcel', sequence: 1, epoch: 0 }],
  });
  expect(JSON.stringify(body)).not.toContain('nobody else');
  expect(await pending()).toBe(1);

  const went = await asked('/restore/go-on', 'POST');
  expect(went).toEqual({ status: 200, body: { epoch: expect.any(Number) } });
  await published();
  expect(await restoreCheck()).toMatchObject({ state: 'ok', forgotten: 1 });
  expect((await asked(`/restore/forgotten/${forgotten}/set-aside`, 'POST')).status).toBe(200);
  expect((await asked(`/restore/forgotten/${forgotten}/set-aside`, 'POST')).status).toBe(404);
  expect(await asked('/restore')).toEqual({
    status: 200,
    body: { wentBackAt: null, forgotten: 0, ...(went.body as object) },
  });
});
