import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { eventually, memoryDisk } from '@recapito/testing';
import type { MemoryDisk } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { exportTo, verify } from './export-of.ts';
import { Scene, sentRecords } from './scene.ts';

let disk: MemoryDisk;
let scene: Scene;
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  disk = await memoryDisk(16);
  scene = await Scene.open();
  await scene.setClock(parseInstant('2010-08-02T07:00:00Z'));
  service = await scene.service({ RECAPITO_FOLDER: disk.path });
  await scene.send('migration.moves.v1', 3, sentRecords(600, 'x'.repeat(1_024)));
  await signedUpTo(600);
});

afterAll(async () => {
  await scene.close();
  await disk.remove();
});

async function signedUpTo(size: number): Promise<void> {
  await eventually(async () => {
    const response = await scene.ask(service, '/checkpoints/latest');
    expect(await response.json()).toMatchObject({ size });
  });
}

/** What lies where exports are written, half ones too. */
function exportsOnDisk(): string[] {
  const folder = join(disk.path, 'exports');
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe('an export onto a full disk', () => {
  test('fails and says why; nothing of it can be fetched, and nothing stays on the disk', async () => {
    await disk.fill(300);
    const asked = (await (await scene.ask(service, '/exports', { method: 'POST' })).json()) as { id: string };
    const task = await eventually(async () => {
      const seen = (await (await scene.ask(service, `/exports/${asked.id}`)).json()) as Record<string, unknown>;
      return !['asked', 'running'].includes(String(seen['state'])) && seen;
    });
    expect(task).toMatchObject({ state: 'failed', failure: expect.stringContaining('no space left') });
    const files = await scene.ask(service, `/exports/${asked.id}/files`);
    expect([files.status, await files.json()]).toMatchObject([409, { type: 'export/not-in-this-state' }]);
    await eventually(() => expect(exportsOnDisk()).toEqual([]));
  });

  test('does not hold the trace up: what happens meanwhile is in it, and signed', async () => {
    await scene.send('identity.holders.v1', 0, sentRecords(5));
    await signedUpTo(606);
  });

  test('is whole when it is asked for again and there is room', async () => {
    await disk.makeRoom();
    const folder = join(scene.folder, 'again', 'trace');
    const { state, size } = await exportTo(scene, service, folder);
    expect(state).toBe('ready');
    expect(await verify(folder)).toEqual({ exit: 0, said: expect.stringContaining(`Whole: ${size} entries`) });
  });
});
