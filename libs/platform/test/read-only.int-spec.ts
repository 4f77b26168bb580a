import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { instant } from '@recapito/primitives';
import { eventually, recordsOf, servers } from '@recapito/testing';
import { Client } from 'pg';
import type { RunningService } from '../src/index.ts';
import { ArrivalsModule, arrived } from './parcels/arrivals.ts';
import type { ParcelClient } from './parcels/parcel-client.ts';
import { Stage } from './parcels/service.ts';

const stage = new Stage();
const folder = mkdtempSync(join(tmpdir(), 'recapito-read-only-'));
let service: RunningService<ParcelClient>;
let administrator: Client;
let name: string;

beforeAll(async () => {
  await stage.setClock(instant(Date.parse('2010-08-02T07:00:00Z')));
  service = await stage.started({ name: 'identity', module: ArrivalsModule, grants: {} }, { RECAPITO_FOLDER: folder });
  await service.ready;
  name = new URL(service.platform.config.databaseUrl ?? '').pathname.slice(1);
  administrator = new Client({ connectionString: servers().postgresUrl });
  await administrator.connect();
});

afterAll(async () => {
  await administrator.end();
  await stage.end();
  rmSync(folder, { recursive: true });
});

/** The database may only be read from now on, as a standby or a server whose disk fails; or may be written to again. */
async function readOnly(on: boolean): Promise<void> {
  await administrator.query(
    on ? `ALTER DATABASE "${name}" SET default_transaction_read_only = on` : `ALTER DATABASE "${name}" RESET ALL`,
  );
  await administrator.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
}

const arrive = () => fetch(`${service.url}/arrivals`, { method: 'POST' });

// @rule HTTP-UNAVAILABLE
test('while its database may only be read, a service asks to come again; afterwards it works by itself', async () => {
  expect((await arrive()).status).toBe(201);
  await readOnly(true);
  await eventually(async () => {
    const refused = await arrive();
    expect({ status: refused.status, after: refused.headers.get('retry-after') }).toEqual({
      status: 503,
      after: expect.stringMatching(/^\d+$/),
    });
  });
  expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  await readOnly(false);
  await eventually(async () => expect((await arrive()).status).toBe(201));
  // The one before and the one after; nothing of those that were turned away.
  await eventually(async () => expect(await recordsOf(stage, arrived.topic)).toHaveLength(2));
});
