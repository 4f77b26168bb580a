import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HealthReport, RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { exportTo, verify } from './export-of.ts';
import { Scene, sentRecords } from './scene.ts';

let scene: Scene;
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  scene = await Scene.open();
  await scene.setClock(parseInstant('2010-08-02T07:00:00Z'));
  service = await scene.service();
});
afterAll(() => scene.close());

interface Latest {
  readonly size: number;
  readonly note: string;
}

async function latest(): Promise<Latest> {
  const response = await scene.ask(service, '/checkpoints/latest');
  expect(response.status).toBe(200);
  return (await response.json()) as Latest;
}

/** Servers and machine may be busy with the specs of others. */
const soon = (probe: () => unknown) => eventually(probe);

/** The entries of what the specs sent, without those of what they asked of the trace itself. */
const sent = async () => (await scene.entries()).filter(({ topic }) => topic !== 'audit-log.readings.v1');

const folder = (name: string): string => join(scene.folder, name, 'trace');

describe('the trace, before anything has happened', () => {
  // @rule TRACE-CHECKPOINT
  test('has no checkpoint, and says so in the language of who asks', async () => {
    const response = await scene.ask(service, '/checkpoints/latest', { headers: { 'accept-language': 'it' } });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      type: 'checkpoint/none',
      detail: 'Non è stato ancora firmato alcun checkpoint.',
    });
  });

  test('has nothing to export', async () => {
    const response = await scene.ask(service, '/exports', { method: 'POST' });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ type: 'export/nothing-signed' });
  });

  test('is shown to nobody without credentials', async () => {
    for (const path of ['/checkpoints/latest', '/checkpoints/key', '/entries/0', '/exports/x', '/exports/x/files'])
      expect((await fetch(`${service.url}${path}`)).status).toBe(401);
  });
});

describe('the trace of what happened', () => {
  // @rule TRACE-EVERY-TOPIC
  test('has every event of every topic, once, and its checkpoint follows within a second', async () => {
    await scene.send('migration.moves.v1', 3, sentRecords(150, 'move'));
    await scene.send('identity.holders.v1', 3, sentRecords(150, 'holder'));
    await soon(async () => (await sent()).length === 300);
    await soon(async () => (await latest()).size === 301);
    const { rows } = await scene.owner.query<{ ms: number }>(
      `SELECT max(extract(epoch FROM told.appended_at - batch.sequenced_at) * 1000)::int AS ms
       FROM sequenced_batch AS batch CROSS JOIN LATERAL (
         SELECT min(appended_at) AS appended_at FROM outbox
         WHERE topic = 'audit-log.checkpoints.v1' AND (value::json ->> 'size')::int > batch.first_index) AS told`,
    );
    expect(rows[0]?.ms).toBeLessThan(1_000);
    const entries = await scene.entries();
    for (const [topic, name] of [
      ['migration.moves.v1', 'move'],
      ['identity.holders.v1', 'holder'],
    ])
      expect(entries.filter((entry) => entry.topic === topic).map(({ value }) => value)).toEqual(
        Array.from({ length: 150 }, (_, index) => `${name}-${index}`),
      );
  });

  test('has who asked for an export before, and when', async () => {
    const [first] = (await scene.entries()).filter(({ topic }) => topic === 'audit-log.readings.v1');
    expect(JSON.parse(first?.value ?? '')).toMatchObject({
      caller: 'operator',
      act: 'export-trace',
      subject: '/exports',
    });
  });

  // @rule TRACE-EVERY-TOPIC
  test('does not have its own checkpoints', async () => {
    const { rows } = await scene.owner.query('SELECT DISTINCT topic FROM entry ORDER BY 1');
    expect(rows).toEqual([
      { topic: 'audit-log.readings.v1' },
      { topic: 'identity.holders.v1' },
      { topic: 'migration.moves.v1' },
    ]);
  });

  test('shows how far it is in its health and figures, and tells the driver when it is quiet', async () => {
    const report = (await (await fetch(`${service.management}/health/ready`)).json()) as HealthReport;
    expect(report.checks.find(({ name }) => name === 'ingest')).toMatchObject({ state: 'ok', lag: 0 });
    expect(report.checks.find(({ name }) => name === 'tree')).toMatchObject({ state: 'ok', unsigned: 0 });
    const figures = await (await fetch(`${service.management}/metrics`)).text();
    expect(figures).toMatch(/^recapito_trace_lag_records\S* 0$/m);
    expect(figures).toMatch(/^recapito_trace_records_total\S*outcome="appended"\S* 301$/m);
    await soon(async () => {
      const state = await (await scene.ask(service, '/rehearsal/state')).json();
      expect(state).toMatchObject({ earliestDue: null, outboxPending: 0, counters: { 'trace.appended': 301 } });
    });
  });

  test('goes on under the next day when the clock has moved on', async () => {
    await scene.setClock(parseInstant('2010-09-15T22:00:00Z'));
    await soon(async () => {
      const report = (await (await fetch(`${service.management}/health/ready`)).json()) as HealthReport;
      expect(report.checks.find(({ name }) => name === 'suite-clock')?.['instant']).toBe('2010-09-15T22:00:00.000Z');
    });
    await scene.send('migration.moves.v1', 3, sentRecords(10, 'late'));
    await soon(async () => (await latest()).size === 311);
    expect((await sent()).slice(299, 301).map(({ day }) => day)).toEqual(['2010-08-02', '2010-09-16']);
  });

  test('discloses an entry with its proof, and none that is not there', async () => {
    const response = await scene.ask(service, '/entries/306');
    expect(await response.json()).toMatchObject({
      day: '2010-09-16',
      entry: { index: 306, topic: 'migration.moves.v1', partition: 3, offset: 155 },
      checkpoint: (await latest()).note,
    });
    expect((await scene.ask(service, '/entries/1000')).status).toBe(404);
    expect((await scene.ask(service, '/entries/minus-one')).status).toBe(400);
  });
});

describe('an export', () => {
  test('is found whole by a program that shares nothing with the service', async () => {
    const task = await exportTo(scene, service, folder('whole'));
    expect(task.state).toBe('ready');
    expect(task.size).toBeGreaterThanOrEqual(311);
    expect(await verify(folder('whole'))).toEqual({
      exit: 0,
      said: expect.stringContaining(`Whole: ${task.size} entries of gestore.example/trace`) as unknown,
    });
  });

  test('asked for twice under one key is one export', async () => {
    const once = { method: 'POST', headers: { 'idempotency-key': 'same' } };
    const [one, other] = [await scene.ask(service, '/exports', once), await scene.ask(service, '/exports', once)];
    expect(one.status).toBe(202);
    expect(((await one.json()) as { id: string }).id).toBe(((await other.json()) as { id: string }).id);
  });

  test('gives out its files and nothing else', async () => {
    const { id, size } = await exportTo(scene, service, folder('files'));
    const path = async (file: string) => (await scene.ask(service, `/exports/${id}/files/content?path=${file}`)).status;
    expect(await path('checkpoint')).toBe(200);
    expect(await path('tile/0/000')).toBe(200);
    expect(await path(`tile/0/001.p/${size - 256}`)).toBe(200);
    expect(await path('../../checkpoint.key')).toBe(404);
    expect(await path('entries/2010-08-03.ndjson')).toBe(404);
  });

  test('that was removed has no files any more', async () => {
    const { id } = await exportTo(scene, service, folder('removed'));
    expect(await (await scene.ask(service, `/exports/${id}`, { method: 'DELETE' })).json()).toMatchObject({
      state: 'removed',
    });
    expect((await scene.ask(service, `/exports/${id}/files`)).status).toBe(409);
    expect((await scene.ask(service, `/exports/${id}/files/content?path=checkpoint`)).status).toBe(409);
  });

  test('only grows: an earlier checkpoint still stands in a later export', async () => {
    await writeFile(join(scene.folder, 'kept'), (await latest()).note);
    await scene.send('identity.holders.v1', 0, sentRecords(5, 'more'));
    await soon(async () => (await sent()).length === 315);
    await soon(async () => (await latest()).size >= (await scene.entries()).length);
    await exportTo(scene, service, folder('grown'));
    expect(await verify(folder('grown'), '--since', join(scene.folder, 'kept'))).toMatchObject({ exit: 0 });
  });
});

describe('a topic that was wiped', () => {
  const open = (partition: number, reason = 'the broker was replaced') =>
    scene.ask(service, `/partitions/migration.moves.v1/${partition}/generations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason }),
    });

  test('stops its partition, and health, figures and a finding say so', async () => {
    await scene.wipe('migration.moves.v1');
    await scene.send('migration.moves.v1', 3, sentRecords(4, 'anew'));
    await soon(async () => {
      const report = (await (await fetch(`${service.management}/health/ready`)).json()) as HealthReport;
      expect(report.checks.find(({ name }) => name === 'ingest')).toMatchObject({ state: 'degraded', stopped: 1 });
      const figures = await (await fetch(`${service.management}/metrics`)).text();
      expect(figures).toMatch(/^recapito_trace_partitions_stopped\S* 1$/m);
      const state = (await (await scene.ask(service, '/rehearsal/state')).json()) as { consumersLag: number };
      expect(state.consumersLag).toBeGreaterThan(0);
    });
    const stopped = await (await scene.ask(service, '/partitions/stopped')).json();
    expect(stopped).toMatchObject([{ topic: 'migration.moves.v1', partition: 3, generation: 1, next: 160 }]);
    expect((await scene.entries()).filter(({ value }) => value.startsWith('anew'))).toEqual([]);
    await soon(async () => {
      const found = (await scene.entries()).filter(({ topic }) => topic === 'audit-log.findings.v1');
      expect(found.map(({ value }) => (JSON.parse(value) as { next: number }).next)).toEqual([160]);
    });
  });

  test('is read on when an operator opens its next generation, after an entry that says who and why', async () => {
    expect((await open(3)).status).toBe(201);
    await soon(async () => {
      const values = (await scene.entries()).filter((entry) => entry.generation === 2);
      expect(values.map(({ offset, value }) => (offset === -1 ? JSON.parse(value) : value))).toEqual([
        expect.objectContaining({ openedBy: 'operator', reason: 'the broker was replaced', next: 160 }),
        'anew-0',
        'anew-1',
        'anew-2',
        'anew-3',
      ]);
    });
    const figures = await (await fetch(`${service.management}/metrics`)).text();
    expect(figures).toMatch(/^recapito_trace_generations\S* 1$/m);
    expect(figures).toMatch(/^recapito_trace_partitions_stopped\S* 0$/m);
  });

  test('leaves nothing to decide afterwards, nor where nothing has stopped, nor where there is no partition', async () => {
    expect((await open(3)).status).toBe(409);
    expect((await open(4)).status).toBe(409);
    expect((await open(12)).status).toBe(404);
    expect((await open(3, '')).status).toBe(400);
  });
});

describe('somebody with the owner’s password', () => {
  test('cannot change an entry without the verifier naming it', async () => {
    await scene.owner.query(`UPDATE entry SET value = convert_to('move-999', 'UTF8') WHERE index = 42`);
    await exportTo(scene, service, folder('changed'));
    const { exit, said } = await verify(folder('changed'));
    expect(said).toContain('Entry 42 does not fit');
    expect(exit).toBe(1);
  });
});
