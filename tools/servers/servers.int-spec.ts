import { chmod, mkdtemp, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { childProcess, eventually, type SpecProcess } from '@recapito/testing';
import { Client } from 'pg';
import { isAlive, readRecord, type RecordedChild, removeRun, startServers } from '@recapito/servers';

const program = join(import.meta.dirname, 'main.ts');

async function query(url: string | undefined, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the servers of a program', () => {
  let folder: string;
  const processes: SpecProcess[] = [];

  const given = { RECAPITO_INFRA: '', RECAPITO_POSTGRES_URL: '', RECAPITO_KAFKA_BROKERS: '', RECAPITO_REDIS_URL: '' };
  const launch = (...names: string[]): SpecProcess => {
    const options = { arguments: ['--fast', '--folder', folder, ...names], environment: given, ownGroup: true };
    const started = childProcess(program, options);
    processes.push(started);
    return started;
  };
  const untilUp = async (started: SpecProcess): Promise<string> =>
    /written to (.*)\/environment/.exec(await started.line(/written to/))?.[1] ?? '';
  const childrenIn = async (run: string): Promise<readonly RecordedChild[]> => (await readRecord(run))?.children ?? [];
  const allGone = (children: readonly RecordedChild[]): Promise<unknown> =>
    eventually(() => {
      expect(children.filter(isAlive)).toEqual([]);
    });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recapito-servers-'));
    await chmod(folder, 0o755);
  });

  afterEach(async () => {
    for (const started of processes.splice(0)) await started.cleanUp();
    await removeRun(folder);
    await removeRun(`${folder}-2`);
  });

  describe.each([
    ['Ctrl-C', (started: SpecProcess): void => started.signalGroup('SIGINT')],
    ['SIGTERM', (started: SpecProcess): void => started.signal('SIGTERM')],
    ['a closed terminal', (started: SpecProcess): void => started.signalGroup('SIGHUP')],
  ])('after %s', (_, request) => {
    test('all have stopped in good order and nobody is written down any more', async () => {
      const started = launch('postgres', 'redis');
      const children = await childrenIn(await untilUp(started));
      expect(children.map(({ name }) => name).sort()).toEqual(['postgres', 'redis']);

      request(started);

      expect(await started.exited()).toEqual({ code: 0, signal: null });
      expect(children.filter(isAlive)).toEqual([]);
      expect(await readFile(join(folder, 'logs', 'postgres.log'), 'utf8')).toContain('database system is shut down');
      expect(existsSync(join(folder, 'run.json'))).toBe(false);
    });
  });

  test('told to stop while they start leave nothing behind, and the next start finds nothing half made', async () => {
    const hasty = launch('postgres', 'redis');
    await eventually(() => existsSync(join(folder, 'postgres')), { everyMs: 1 });
    const children = await childrenIn(folder);
    hasty.signalGroup('SIGINT');
    await hasty.exited();
    await allGone(children);
    expect(existsSync(join(folder, 'run.json'))).toBe(false);

    const second = launch('postgres', 'redis');
    expect(await untilUp(second)).toBe(folder);
  });

  test('end with a supervisor that was killed -9, Kafka too', async () => {
    const started = launch('postgres', 'redis', 'kafka');
    const children = await childrenIn(await untilUp(started));
    expect(children).toHaveLength(3);
    // It starts sooner by the archive of its classes, which lies beside the jars.
    const broker = children.find(({ name }) => name === 'kafka');
    expect(await readFile(`/proc/${broker?.pid}/maps`, 'utf8')).toMatch(/\/kafka\/libs\/classes-[0-9a-f]{12}\.jsa$/m);

    await started.kill();

    await allGone(children);
  });

  test('start again on the data of a supervisor that was killed -9', async () => {
    const first = launch('postgres');
    await untilUp(first);
    const environment = await readFile(join(folder, 'environment'), 'utf8');
    await query(/'(.*)'/.exec(environment)?.[1], 'CREATE TABLE kept AS SELECT 1 AS row');
    await first.kill();

    const servers = await startServers({ folder, want: ['postgres'], durable: false, infra: 'embedded', given: {} });
    try {
      expect(servers.folder).toBe(folder);
      expect(await query(servers.environment['RECAPITO_POSTGRES_URL'], 'SELECT * FROM kept')).toEqual([{ row: 1 }]);
    } finally {
      await servers.stop();
    }
  });

  test('beside living ones take another folder and other ports, and both go on', async () => {
    expect(await untilUp(launch('redis'))).toBe(folder);
    expect(await untilUp(launch('redis'))).toBe(`${folder}-2`);

    const [one, other] = [await childrenIn(folder), await childrenIn(`${folder}-2`)];
    expect(one[0]?.port).not.toBe(other[0]?.port);
    expect([...one, ...other].map(isAlive)).toEqual([true, true]);
  });
});
