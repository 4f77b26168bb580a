import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, readlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, freePort } from '@recapito/testing';
import { Client } from 'pg';
import { isRoot } from '../src/account.ts';
import { dovecot } from '../src/dovecot.ts';
import { identify, signal } from '../src/processes.ts';
import { redis } from '../src/redis.ts';
import { removeRun } from '../src/remove-run.ts';
import { readRecord, RunFolder } from '../src/run-record.ts';
import { RunningServer } from '../src/running-server.ts';
import { startServers, type Servers } from '../src/start-servers.ts';

async function query(url: string | undefined, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('servers in our own process', () => {
  let folder: string;
  let servers: Servers | undefined;
  const deaths: string[] = [];

  const start = async (...want: ('postgres' | 'redis')[]): Promise<Servers> => {
    const died = (name: string): unknown => deaths.push(name);
    return (servers = await startServers({ folder, want, durable: false, infra: 'embedded', given: {}, died }));
  };

  beforeEach(async () => {
    deaths.length = 0;
    servers = undefined;
    folder = await mkdtemp(join(tmpdir(), 'recapito-servers-'));
    await chmod(folder, 0o755);
  });

  afterEach(async () => {
    await servers?.stop();
    await removeRun(folder);
  });

  test('restart on the same port with the same data, whether they were killed or not', async () => {
    const running = await start('postgres');
    const address = running.environment['RECAPITO_POSTGRES_URL'];
    await query(address, 'CREATE TABLE kept AS SELECT 1 AS row');

    expect(await running.kill('postgres')).toEqual({ code: null, signal: 'SIGKILL' });
    await expect(query(address, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await running.restart('postgres');
    expect(await query(address, 'SELECT * FROM kept')).toEqual([{ row: 1 }]);

    await running.restart('postgres');
    expect(await query(address, 'SELECT * FROM kept')).toEqual([{ row: 1 }]);
    expect(deaths).toEqual([]);
  });

  test('that die by themselves are reported', async () => {
    await start('redis');
    const child = (await readRecord(folder))?.children[0];
    if (child) signal(child, 'SIGKILL');
    await eventually(() => deaths.length > 0);
    expect(deaths).toEqual(['redis']);
  });

  test('whose address is given are not started', async () => {
    const address = 'redis://elsewhere.example:6379';
    servers = await startServers({ folder, want: ['redis'], given: { RECAPITO_REDIS_URL: address } });
    expect(servers.environment).toEqual({ RECAPITO_REDIS_URL: address });
    expect(servers.pids).toEqual({});
  });

  test('are not taken for ready when somebody else answers on their port', async () => {
    const port = await freePort();
    const impostor = createServer((socket) => socket.on('data', () => socket.write('+PONG\r\n')));
    await new Promise<void>((resolve) => impostor.listen(port, '127.0.0.1', resolve));
    const run = await RunFolder.claim(folder);
    const server = await redis({ folder, port, durable: false });
    await server.prepare();
    await expect(server.probe()).resolves.toBeUndefined();
    const starting = RunningServer.start(server, { folder: run, died: () => undefined });
    await expect(starting).rejects.toThrow('Address already in use');
    await new Promise((resolve) => impostor.close(resolve));
  });

  test('that cannot start say why, by the end of their log, and the others stop', async () => {
    await writeFile(join(folder, 'postgres.initialised'), '');
    const failure = /postgres did not start; the end of .*postgres.log:[^]*could not access directory/;
    await expect(start('postgres', 'redis')).rejects.toThrow(failure);
    expect(existsSync(join(folder, 'run.json'))).toBe(false);
  });

  test('in a folder that only its owner may enter put the cluster where its account can, and take it away again', async () => {
    await chmod(folder, 0o700);
    const running = await start('postgres');
    const address = running.environment['RECAPITO_POSTGRES_URL'];
    expect(await query(address, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    const elsewhere = await readlink(join(folder, 'postgres')).catch(() => undefined);
    expect(elsewhere).toEqual(isRoot() ? expect.stringMatching('^/var/tmp/recapito-postgres-') : undefined);

    await running.stop();
    await removeRun(folder);
    expect(elsewhere !== undefined && existsSync(elsewhere)).toBe(false);
  });

  test('include a Dovecot with the configuration it is given, which stops with all its own children', async () => {
    const port = await freePort();
    const configuration = join(folder, 'dovecot.conf');
    await writeFile(configuration, smallestDovecot(folder, port));
    const running = await start();
    await running.start(dovecot({ configuration, port }));
    const master = running.pids['dovecot'] ?? 0;
    const children = (await readFile(`/proc/${master}/task/${master}/children`, 'utf8')).trim().split(' ').map(Number);
    expect(children.length).toBeGreaterThan(1);

    await running.stop();

    expect(identify(master)).toBeUndefined();
    // Those that the master has left behind see it gone and leave.
    await eventually(() => {
      expect(children.map(identify).filter(Boolean)).toEqual([]);
    });
  });
});

function smallestDovecot(folder: string, port: number): string {
  return `
    base_dir = ${folder}/dovecot
    state_dir = ${folder}/dovecot
    instance_name = spec
    log_path = /dev/stderr
    protocols = imap
    listen = 127.0.0.1
    ssl = no
    passdb {
      driver = static
      args = nopassword=y
    }
    service imap-login {
      inet_listener imap {
        port = ${port}
      }
      inet_listener imaps {
        port = 0
      }
    }
  `;
}
