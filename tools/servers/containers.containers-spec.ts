import { mkdtemp, readFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { childProcess, eventually } from '@recapito/testing';
import { Client } from 'pg';
import { containerEngine, removeRun, type ServerName, type Servers, startServers } from '@recapito/servers';

async function query(url: string | undefined, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Whether somebody takes connections there. */
async function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const say = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => say(true));
    for (const event of ['error', 'timeout']) socket.once(event, () => say(false));
  });
}

describe('servers in containers', () => {
  let folder: string;
  let servers: Servers | undefined;
  const deaths: string[] = [];

  const start = async (...want: ServerName[]): Promise<Servers> => {
    const died = (name: string, { signal }: { signal: string | null }) => deaths.push(`${name} ${signal}`);
    return (servers = await startServers({ folder, want, durable: false, infra: 'containers', given: {}, died }));
  };
  /** Containers that have published one of these ports, whether they run or not. */
  const containersAt = async (...ports: (string | undefined)[]): Promise<string[]> => {
    const { container } = await containerEngine();
    const all = await container.dockerode.listContainers({ all: true });
    return all
      .filter(({ Ports }) => Ports.some(({ PublicPort }) => ports.includes(String(PublicPort))))
      .map(({ Id }) => Id);
  };

  beforeEach(async () => {
    deaths.length = 0;
    servers = undefined;
    folder = await mkdtemp(join(tmpdir(), 'recapito-containers-'));
  });

  afterEach(async () => {
    await servers?.stop();
    await removeRun(folder);
  });

  test('restart on the same port with the same data, whether they were killed or not, and are gone after a stop', async () => {
    const running = await start('postgres');
    const address = running.environment['RECAPITO_POSTGRES_URL'] ?? '';
    await query(address, 'CREATE TABLE kept AS SELECT 1 AS row');

    expect(await running.kill('postgres')).toEqual({ code: null, signal: 'SIGKILL' });
    await expect(query(address, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await running.restart('postgres');
    expect(await query(address, 'SELECT * FROM kept')).toEqual([{ row: 1 }]);

    await running.restart('postgres');
    expect(await query(address, 'SELECT * FROM kept')).toEqual([{ row: 1 }]);
    expect(deaths).toEqual([]);
    expect(await readFile(join(folder, 'logs', 'postgres.log'), 'utf8')).toContain('database system is shut down');

    const { port } = new URL(address);
    expect(await containersAt(port)).toHaveLength(1);
    await running.stop();
    expect(await containersAt(port)).toEqual([]);
  });

  test('that die by themselves are reported', async () => {
    const running = await start('redis');
    const [id = ''] = await containersAt(new URL(running.environment['RECAPITO_REDIS_URL'] ?? '').port);
    await (await containerEngine()).container.getById(id).kill({ signal: 'SIGKILL' });
    await eventually(() => deaths.length > 0);
    expect(deaths).toEqual(['redis SIGKILL']);
  });

  test('are reached from this machine only', async () => {
    const running = await start('redis');
    const port = Number(new URL(running.environment['RECAPITO_REDIS_URL'] ?? '').port);
    expect(await isOpen('127.0.0.1', port)).toBe(true);
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((face) => face?.internal === false && face.family === 'IPv4');
    for (const face of others)
      expect([face?.address, await isOpen(face?.address ?? '', port)]).toEqual([face?.address, false]);
  });

  test('of a process that was killed -9 are removed by the next start, those of a living one stay', async () => {
    const living = await start('redis');
    const livingPort = new URL(living.environment['RECAPITO_REDIS_URL'] ?? '').port;
    const environment = { RECAPITO_INFRA: 'containers', RECAPITO_REDIS_URL: '' };
    const words = ['--folder', join(folder, 'killed'), 'redis'];
    const child = childProcess(join(import.meta.dirname, 'main.ts'), { environment, arguments: words });
    const killedPort = /:(\d+)'/.exec(await child.line(/RECAPITO_REDIS_URL/))?.[1];
    await child.kill();
    expect(await containersAt(killedPort)).toHaveLength(1);

    const next = await startServers({ folder: join(folder, 'next'), want: ['redis'], infra: 'containers', given: {} });
    try {
      expect(await containersAt(killedPort)).toEqual([]);
      expect(await containersAt(livingPort)).toHaveLength(1);
    } finally {
      await next.stop();
    }
  });
});
