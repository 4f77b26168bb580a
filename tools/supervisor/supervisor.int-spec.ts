import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, freePort } from '@recapito/testing';
import { type Exit, readRecord, RunFolder } from '@recapito/servers';
import type { ServiceDefinition } from './service.ts';
import { Supervisor } from './supervisor.ts';

const entry = join(import.meta.dirname, 'test', 'small-service.ts');

function runs(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the supervisor', () => {
  let place: string;
  let folder: RunFolder;
  let supervisor: Supervisor | undefined;
  const deaths: { name: string; exit: Exit; againInMs: number }[] = [];

  const service = async (
    name: string,
    { after = [], character = 'sound' }: { after?: string[]; character?: string } = {},
  ): Promise<ServiceDefinition> => {
    const port = await freePort();
    const environment = { NAME: name, PORT: String(port), DIARY: join(place, 'diary'), CHARACTER: character };
    return { name, entry, port, management: port, after, environment };
  };
  const start = async (services: ServiceDefinition[], limits: object = {}): Promise<Supervisor> => {
    const died = (name: string, exit: Exit, againInMs: number): unknown => deaths.push({ name, exit, againInMs });
    return (supervisor = await Supervisor.start({ folder, services, died, ...limits }));
  };
  const diary = async (): Promise<string[]> => (await readFile(join(place, 'diary'), 'utf8')).trimEnd().split('\n');

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'recapito-supervisor-'));
    folder = await RunFolder.claim(join(place, 'run'));
    deaths.length = 0;
  });

  afterEach(async () => {
    await supervisor?.stop();
    supervisor = undefined;
    await rm(place, { recursive: true });
  });

  test('starts a service when those it stands on are ready, and stops it before them', async () => {
    const suite = [await service('door', { after: ['letters'] }), await service('letters', { character: 'slow' })];
    await (await start(suite)).stop();
    expect(await diary()).toEqual(['letters started', 'door started', 'door stopped', 'letters stopped']);
  });

  test('starts a service that was killed again, counts it, and writes its new pid down', async () => {
    const running = await start([await service('letters'), await service('names')]);
    const before = running.pids;

    expect(await running.kill('letters')).toEqual({ code: null, signal: 'SIGKILL' });
    await running.untilReady('letters');

    expect(running.restarts).toEqual({ letters: 1, names: 0 });
    expect(running.pids['letters']).not.toBe(before['letters']);
    expect(running.pids['names']).toBe(before['names']);
    const record = await readRecord(folder.path);
    expect(record?.children.find(({ name }) => name === 'letters')?.pid).toBe(running.pids['letters']);
  });

  test('waits longer after each death in a row', async () => {
    const running = await start([await service('letters')]);
    for (let death = 1; death <= 3; death += 1) {
      await running.untilReady('letters');
      await running.kill('letters');
    }
    await running.untilReady('letters');
    expect(deaths.map(({ againInMs }) => againInMs)).toEqual([100, 200, 400]);
    expect(running.restarts).toEqual({ letters: 3 });
  });

  test('gives up on a service that ends by itself before it was ever ready, with its last words, and stops the others', async () => {
    const suite = [await service('names'), await service('letters', { after: ['names'], character: 'misconfigured' })];
    await expect(start(suite)).rejects.toThrow(/^letters ended with 2;[^]*The configuration has 1 fault/);
    expect(await diary()).toEqual(['names started', 'names stopped']);
  });

  test('does not take for ready what another process answers on the port', async () => {
    const letters = await service('letters');
    const squatter = await new Promise<Server>((resolve) => {
      const server = createServer((_, response) => response.end()).listen(letters.port, '127.0.0.1', () =>
        resolve(server),
      );
    });
    try {
      await expect(start([letters])).rejects.toThrow('EADDRINUSE');
    } finally {
      squatter.close();
    }
  });

  test('kills a service that does not stop when it is asked to', async () => {
    const running = await start([await service('letters', { character: 'deaf' })], { stopWithinMs: 200 });
    const pid = running.pids['letters'];
    await running.stop();
    expect(runs(pid)).toBe(false);
  });

  test('stops also in the pause before a service would be started again', async () => {
    const running = await start([await service('letters')]);
    await running.kill('letters');
    await running.stop();
    expect(running.restarts).toEqual({ letters: 0 });
    expect(running.pids).toEqual({ letters: undefined });
  });

  test('leaves nothing behind when it is told to stop while it starts', async () => {
    const abort = new AbortController();
    const suite = [await service('letters', { character: 'slow' }), await service('names')];
    const starting = start(suite, { abort: abort.signal });
    const pids = await eventually(async () => {
      const children = (await readRecord(folder.path))?.children ?? [];
      return children.length === 2 && children.map(({ pid }) => pid);
    });
    abort.abort();
    await expect(starting).rejects.toThrow('was stopped');
    expect(pids.map(runs)).toEqual([false, false]);
  });
});
