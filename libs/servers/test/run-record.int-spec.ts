import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@recapito/testing';
import { identify, type ProcessIdentity } from '../src/processes.ts';
import { readRecord, RunFolder } from '../src/run-record.ts';

describe('the folder of a run', () => {
  let place: string;
  let folder: string;
  const sleepers: ChildProcess[] = [];
  const dead: ProcessIdentity = { pid: process.pid, startTime: 1 };

  const sleeper = async (): Promise<{ identity: ProcessIdentity; ended: () => string | null }> => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    sleepers.push(child);
    const identity = await eventually(() => identify(child.pid ?? 0) ?? false);
    return { identity, ended: () => child.signalCode };
  };
  const leave = async (record: unknown): Promise<void> => {
    await mkdir(folder);
    await writeFile(join(folder, 'run.json'), typeof record === 'string' ? record : JSON.stringify(record));
  };

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'recapito-record-'));
    folder = join(place, 'run');
  });

  afterEach(async () => {
    for (const child of sleepers.splice(0)) child.kill('SIGKILL');
    await rm(place, { recursive: true });
  });

  test('names who supervises and every child with pid, start time and port', async () => {
    const run = await RunFolder.claim(folder);
    const { identity } = await sleeper();
    await run.add({ ...identity, name: 'letters', port: 4002 });
    expect(await readRecord(folder)).toEqual({
      supervisor: identify(process.pid),
      children: [{ ...identity, name: 'letters', port: 4002 }],
    });
    await run.remove('letters');
    expect((await readRecord(folder))?.children).toEqual([]);
    await run.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('of a dead supervisor is taken over: its children end, and a process that only has the pid of one lives on', async () => {
    const [left, stranger] = [await sleeper(), await sleeper()];
    const reused = { pid: stranger.identity.pid, startTime: stranger.identity.startTime - 1 };
    await leave({
      supervisor: dead,
      children: [
        { ...left.identity, name: 'left' },
        { ...reused, name: 'reused' },
      ],
    });

    expect((await RunFolder.claim(folder)).path).toBe(folder);

    await eventually(() => left.ended() === 'SIGTERM');
    expect(identify(stranger.identity.pid)).toEqual(stranger.identity);
  });

  test('of a living supervisor is left alone, and the next number taken', async () => {
    const [supervisor, child] = [await sleeper(), await sleeper()];
    const record = { supervisor: supervisor.identity, children: [{ ...child.identity, name: 'letters' }] };
    await leave(record);

    expect((await RunFolder.claim(folder)).path).toBe(`${folder}-2`);

    expect(await readRecord(folder)).toEqual(record);
    expect(identify(child.identity.pid)).toEqual(child.identity);
  });

  test.each([
    ['no JSON', '{"supervisor":'],
    ['no record', '{"children":"all"}'],
    ['a record that would end everything', '{"supervisor":{"pid":-1,"startTime":1},"children":[]}'],
  ])('whose record is %s is taken over', async (_, text) => {
    await leave(text);
    expect((await RunFolder.claim(folder)).path).toBe(folder);
  });

  test('is given to one of many who come at once', async () => {
    await leave({ supervisor: dead, children: [] });
    const claimed = await Promise.all(Array.from({ length: 8 }, () => RunFolder.claim(folder)));
    expect(new Set(claimed.map(({ path }) => path)).size).toBe(8);
  });
});
