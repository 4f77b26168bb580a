// Redis: the redis-server of the machine, else the binary that the bootstrap has unpacked.
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { installed } from './installed.ts';
import type { Placement, Server } from './server.ts';

/** Nothing is kept on disk, on purpose: queues only wake the services, and PostgreSQL knows what is due. */
export const settings = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];

export async function redis({ folder, port }: Placement): Promise<Server> {
  const place = join(folder, 'redis');
  return {
    name: 'redis',
    port,
    command: redisServer(),
    arguments: ['--bind', '127.0.0.1', '--port', String(port), '--dir', place, ...settings],
    environment: { RECAPITO_REDIS_URL: `redis://127.0.0.1:${port}` },
    stopSignal: 'SIGTERM',
    stopWithinMs: 5_000,
    deathSignal: 'SIGKILL',
    readyWithinMs: 10_000,
    prepare: async () => {
      await mkdir(place, { recursive: true });
    },
    probe: () => ping({ host: '127.0.0.1', port }),
  };
}

function redisServer(): string {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder && existsSync(join(folder, 'redis-server'))) return join(folder, 'redis-server');
  }
  const unpacked = installed('redis');
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const binary = readdirSync(unpacked).find((name) => name.endsWith(`-${process.platform}-${architecture}`));
  if (!binary) throw new Error(`${unpacked} holds no redis-server for ${process.platform}-${architecture}`);
  return join(unpacked, binary);
}

export async function ping({ host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, timeout: 1_000 });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.once('error', fail);
    socket.once('timeout', () => fail(new Error('Redis does not answer')));
    // An engine takes connections for a server in a container that is not there yet, and lets them go.
    socket.once('end', () => fail(new Error('Redis has gone')));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => {
      if (answer.toString() !== '+PONG\r\n')
        return fail(new Error(`Redis answers ${JSON.stringify(answer.toString())}`));
      socket.destroy();
      resolve();
    });
  });
}
