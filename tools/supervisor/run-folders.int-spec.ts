import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@recapito/testing';
import { identify } from '@recapito/servers';
import { newRun } from './run-folders.ts';

describe('the folder of a run', () => {
  let runs: string;
  const at = (second: number): Date => new Date(Date.UTC(2026, 10, 22, 4, 36, second));

  beforeEach(async () => {
    runs = await mkdtemp(join(tmpdir(), 'recapito-runs-'));
  });

  afterEach(() => rm(runs, { recursive: true }));

  test('is named after the second in which the run began, and a second run in that second gets its own', async () => {
    const names = [await newRun(runs, at(41)), await newRun(runs, at(41))].map(({ path }) => basename(path));
    expect(names).toEqual(['2026-11-22T04-36-41', '2026-11-22T04-36-41-2']);
  });

  test('pushes out the oldest of more than three', async () => {
    for (const second of [1, 2, 3, 4]) await (await newRun(runs, at(second))).release();
    expect((await readdir(runs)).sort()).toEqual([2, 3, 4].map((second) => `2026-11-22T04-36-0${second}`));
  });

  test('of a run that lives stays, however old', async () => {
    const living = await newRun(runs, at(1));
    for (const second of [2, 3, 4, 5, 6]) await (await newRun(runs, at(second))).release();
    expect((await readdir(runs)).sort()).toEqual([1, 4, 5, 6].map((second) => `2026-11-22T04-36-0${second}`));
    await living.release();
  });

  test('of a run that was killed gives up the children that still run', async () => {
    const folder = join(runs, '2026-11-22T04-00-00');
    const left = spawn('sleep', ['60'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => left.once('exit', (_, signal) => resolve(signal)));
    const child = await eventually(() => identify(left.pid ?? 0) ?? false);
    await mkdir(folder);
    const supervisor = { pid: process.pid, startTime: 1 };
    await writeFile(
      join(folder, 'run.json'),
      JSON.stringify({ supervisor, children: [{ ...child, name: 'sleeper' }] }),
    );

    await newRun(runs, at(1));

    expect(await ended).toBe('SIGTERM');
    expect(existsSync(join(folder, 'run.json'))).toBe(false);
  });
});
