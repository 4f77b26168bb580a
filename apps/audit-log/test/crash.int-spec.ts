import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseInstant } from '@recapito/primitives';
import { childProcess, eventually } from '@recapito/testing';
import type { SpecProcess } from '@recapito/testing';
import { signCheckpoint } from '../src/application/sign-checkpoint.ts';
import { writeExport } from '../src/application/write-export.ts';
import { BulkTransactions } from '../src/persistence/bulk-transactions.ts';
import { CheckpointKey } from '../src/sealing/checkpoint-key.ts';
import { TraceFolder } from '../src/trace-folder/trace-folder.ts';
import { verify } from './export-of.ts';
import { ingestOn } from './ingest-on.ts';
import { checkpointSeed, origin, Scene, sentRecords } from './scene.ts';

const child = new URL('children/ingest-and-hold.ts', import.meta.url).pathname;
const main = new URL('../src/main.ts', import.meta.url).pathname;

const at = parseInstant('2010-08-02T07:00:00Z');
const key = new CheckpointKey(origin, checkpointSeed);

let scene: Scene;
let processes: SpecProcess[];
beforeEach(async () => {
  scene = await Scene.open();
  await scene.prepareBroker();
  processes = [];
});
afterEach(async () => {
  for (const process of processes) await process.cleanUp();
  await scene.close();
});

function started(file: string, ...more: string[]): SpecProcess {
  const process = childProcess(file, { environment: scene.environment, arguments: more });
  processes.push(process);
  return process;
}

/** Ingests and signs what is left, in this process. */
async function finish(count: number): Promise<void> {
  const ingest = ingestOn(new BulkTransactions(scene.database.url), scene.namespace, 'audit-log-again');
  ingest.onServiceStart();
  try {
    await eventually(async () => (await ingest.lag()) === 0);
    expect(await scene.entries()).toHaveLength(count);
  } finally {
    await ingest.onModuleDestroy();
  }
  await scene.prisma.transaction((tx) => signCheckpoint(tx, { key, at }));
}

/** What the trace must be in the end, however many lives that took. */
async function expectWhole(count: number): Promise<void> {
  const entries = await scene.entries();
  expect(entries.map(({ value }) => value)).toEqual(Array.from({ length: count }, (_, index) => `n-${index}`));
  expect(entries.map(({ index }) => index)).toEqual(Array.from({ length: count }, (_, index) => index));
  const folder = new TraceFolder(join(scene.folder, 'trace'));
  const progress = () => Promise.resolve(true);
  expect(await writeExport(scene.prisma.client, { size: count, folder, progress })).toBe(true);
  await writeFile(`${folder.folder}.pub`, key.verifier);
  expect(await verify(folder.folder)).toMatchObject({ exit: 0 });
}

describe('a process that is killed', () => {
  test.each([
    ['copied', 'after the rows were copied'],
    ['before-commit', 'in the middle of a batch, before it commits'],
    ['after-commit', 'between the commit of a batch and the next one'],
    ['before-checkpoint-commit', 'before a checkpoint commits'],
    ['after-checkpoint-commit', 'after a checkpoint was committed'],
  ])(
    '%s: %s leaves a trace that goes on with nothing lost and nothing twice',
    async (point) => {
      await scene.send('migration.moves.v1', 4, sentRecords(700));
      const killed = started(child, point);
      await killed.line(point);
      await killed.kill();
      const committed = (await scene.entries()).length;
      expect(committed === 0).toBe(point === 'copied' || point === 'before-commit');
      await finish(700);
      await expectWhole(700);
    },
    120_000,
  );

  test('three times at instants nobody chose leaves the same trace', async () => {
    await scene.setClock(at);
    const sent = sentRecords(2_000);
    await scene.send('migration.moves.v1', 4, sent.slice(0, 500));
    for (let life = 1; life <= 3; life += 1) {
      const service = started(main);
      const before = (await scene.entries()).length;
      await scene.send('migration.moves.v1', 4, sent.slice(life * 500, (life + 1) * 500));
      await eventually(async () => (await scene.entries()).length > before, { everyMs: 5 });
      await service.kill();
    }
    await finish(2_000);
    await expectWhole(2_000);
  }, 240_000);
});
