import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkpointSigned } from '@recapito/contracts';
import { DirectPublisher } from '@recapito/messaging';
import { serviceLogger } from '@recapito/platform';
import type { HealthCheck, HealthReport, RunningService } from '@recapito/platform';
import { eventually, servers } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { CheckpointKey } from '../src/sealing/checkpoint-key.ts';
import { exportTo, verify } from './export-of.ts';
import { origin, Scene, sentRecords } from './scene.ts';
import { august } from './taking.ts';

const topic = 'migration.moves.v1';
const soon = <Found>(probe: () => Found | Promise<Found>) => eventually(probe);

let scene: Scene;
let service: RunningService<PrismaClient>;
let file: string;

beforeEach(async () => {
  scene = await Scene.open();
  file = join(scene.folder, 'newest-checkpoint');
  await scene.setClock(august);
  service = await scene.service();
  await scene.send(topic, 3, sentRecords(5));
  await signedUpTo(5);
  await soon(async () => {
    expect(existsSync(file)).toBe(true);
    const { rows } = await scene.owner.query('SELECT 1 FROM outbox WHERE published_at IS NULL');
    expect(rows).toEqual([]);
  });
});
afterEach(() => scene.close());

interface Latest {
  readonly origin: string;
  readonly size: number;
  readonly note: string;
}

const latest = async () => (await (await scene.ask(service, '/checkpoints/latest')).json()) as Latest;
const signedUpTo = (size: number) => soon(async () => expect(await latest()).toMatchObject({ size }));

/** What health says of the checkpoints. */
async function checkpoints(): Promise<HealthCheck | undefined> {
  const report = (await (await fetch(`${service.management}/health/ready`)).json()) as HealthReport;
  return report.checks.find(({ name }) => name === 'checkpoints');
}

const declare = (key: string) =>
  scene.ask(service, '/logs', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ reason: 'the backup of Sunday was restored' }),
  });

/** Stops the service, lets something happen, and starts it again. */
async function restart(meanwhile: () => unknown): Promise<void> {
  await service.stop();
  await meanwhile();
  service = await scene.service();
}

async function expectStopped(entries: number): Promise<void> {
  await soon(async () => {
    expect(await checkpoints()).toMatchObject({ state: 'degraded', cause: expect.stringContaining('with 5 entries') });
    const sent = (await scene.entries()).filter((entry) => entry.topic === topic);
    expect(sent).toHaveLength(entries);
  });
  const { rows } = await scene.owner.query('SELECT 1 FROM checkpoint');
  expect(rows).toEqual([]);
}

// @rule TRACE-PUBLISHED
describe('a service whose database was put back', () => {
  test.each([
    ['finds it by the topic and the file', () => Promise.resolve()],
    ['finds it by the topic when the file is lost', () => Promise.resolve(rmSync(file))],
    ['finds it by the file when the topic is lost', () => scene.wipe('audit-log.checkpoints.v1')],
  ])('%s: it signs nothing, and ingests all the same', async (_, lose) => {
    await restart(async () => {
      await scene.emptyDatabase();
      await lose();
    });
    await expectStopped(5);
    const figures = await (await fetch(`${service.management}/metrics`)).text();
    expect(figures).toMatch(/^recapito_trace_signing_stopped\S* 1$/m);
    expect(await (await scene.ask(service, '/logs/current')).json()).toMatchObject({
      origin,
      broken: { published: { origin, size: 5 } },
    });
  });

  test('goes on when topic and file are lost too, and says that it could compare with nothing', async () => {
    await restart(async () => {
      await scene.emptyDatabase();
      rmSync(file);
      await scene.wipe('audit-log.checkpoints.v1');
    });
    await signedUpTo(5);
    expect(await checkpoints()).toMatchObject({ state: 'ok', comparedWith: 'nothing' });
  });

  test('goes on in a log that an operator declares, and the verifier tells an honest break from tampering', async () => {
    const kept = join(scene.folder, 'kept');
    writeFileSync(kept, (await latest()).note);
    await restart(() => scene.emptyDatabase());
    await expectStopped(5);
    const [one, other] = [await declare('decision'), await declare('decision')];
    expect([one.status, other.status]).toEqual([201, 201]);
    const { origin: declared } = (await one.json()) as Latest;
    expect(((await other.json()) as Latest).origin).toBe(declared);
    expect((await declare('another')).status).toBe(409);
    await soon(async () => expect(await latest()).toMatchObject({ origin: declared }));
    await soon(async () => expect(await checkpoints()).toMatchObject({ state: 'ok' }));
    await soon(() => expect(readFileSync(file, 'utf8')).toContain(declared));
    await restart(() => undefined);
    await soon(async () => expect(await checkpoints()).toMatchObject({ state: 'ok' }));
    const folder = join(scene.folder, 'export', 'trace');
    await exportTo(scene, service, folder);
    const { exit, said } = await verify(folder, '--since', kept);
    expect(said).toContain(`The log ${origin} ended at 5 entries`);
    expect(exit).toBe(0);
  });
});

describe('a service whose database is as it was', () => {
  test.each([
    ['the file', () => rmSync(file), 'topic'],
    ['the topic', () => scene.wipe('audit-log.checkpoints.v1'), 'file'],
  ])('goes on when %s is lost, and says with what it compared', async (_, lose, comparedWith) => {
    await restart(lose);
    await soon(async () => expect(await checkpoints()).toMatchObject({ state: 'ok', comparedWith }));
    await scene.send(topic, 3, sentRecords(2, 'later'));
    await signedUpTo(7);
    await soon(() => expect(readFileSync(file, 'utf8')).toContain(`${origin}\n7\n`));
  });

  test('is not stopped by what others write to the topic', async () => {
    const logger = serviceLogger('audit-log', 'silent');
    const { kafkaBrokers: brokers } = servers();
    const stranger = new DirectPublisher({ service: 'audit-log', brokers, namespace: scene.namespace, logger });
    const note = new CheckpointKey(origin, '22'.repeat(32)).signNote(`${origin}\n900\n${'A'.repeat(43)}=\n`);
    const data = { origin, size: 900, root: `${'A'.repeat(43)}=`, note };
    await stranger.publish(checkpointSigned, { key: origin, sequence: 9, time: august, data });
    await stranger.close();
    await scene.send(topic, 3, sentRecords(2, 'later'));
    await signedUpTo(7);
    expect(await checkpoints()).toMatchObject({ state: 'ok' });
  });
});
