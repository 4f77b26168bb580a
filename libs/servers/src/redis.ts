// Redis: the redis-server of the machine, else the binary that the bootstrap has unpacked.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { connect as connectOverTls } from 'node:tls';
import { installed } from './installed.ts';
import { keptPassword } from './postgres.ts';
import type { Placement, Server } from './server.ts';

/** Nothing is kept on disk, on purpose: queues only wake the services, and PostgreSQL knows what is due. */
export const settings = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];

export async function redis({ folder, port, certificates }: Placement): Promise<Server> {
  const place = join(folder, 'redis');
  // Everybody can read the words of a command: a password stands in the configuration.
  const configuration = join(place, 'redis.conf');
  const guarded =
    certificates === undefined
      ? undefined
      : { certificates, password: await keptPassword(join(folder, 'redis.password')) };
  return {
    name: 'redis',
    port,
    command: redisServer(),
    arguments: [
      ...(guarded ? [configuration] : ['--port', String(port)]),
      '--bind',
      '127.0.0.1',
      '--dir',
      place,
      ...settings,
    ],
    environment: guarded
      ? {
          RECAPITO_REDIS_URL: `rediss://:${guarded.password}@localhost:${port}`,
          RECAPITO_REDIS_CA_FILE: join(guarded.certificates, 'ca.pem'),
        }
      : { RECAPITO_REDIS_URL: `redis://127.0.0.1:${port}` },
    stopSignal: 'SIGTERM',
    stopWithinMs: 5_000,
    deathSignal: 'SIGKILL',
    readyWithinMs: 10_000,
    prepare: async () => {
      await mkdir(place, { recursive: true });
      if (guarded) await writeFile(configuration, guardedBy(guarded, port), { mode: 0o600 });
    },
    probe: () => ping({ host: '127.0.0.1', port, guarded }),
  };
}

/** What guards a Redis: everybody shows a password, and it shows a certificate. */
export interface GuardedRedis {
  readonly certificates: string;
  readonly password: string;
}

function guardedBy({ certificates, password }: GuardedRedis, port: number): string {
  return `port 0
tls-port ${port}
tls-cert-file ${join(certificates, 'redis.pem')}
tls-key-file ${join(certificates, 'redis.key')}
tls-ca-cert-file ${join(certificates, 'ca.pem')}
tls-auth-clients no
requirepass ${password}
`;
}

/** The program: that of the machine, else the one that the bootstrap has unpacked. */
export function redisServer(): string {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder && existsSync(join(folder, 'redis-server'))) return join(folder, 'redis-server');
  }
  const unpacked = installed('redis');
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const binary = readdirSync(unpacked).find((name) => name.endsWith(`-${process.platform}-${architecture}`));
  if (!binary) throw new Error(`${unpacked} holds no redis-server for ${process.platform}-${architecture}`);
  return join(unpacked, binary);
}

export async function ping(place: { host: string; port: number; guarded?: GuardedRedis | undefined }): Promise<void> {
  const { guarded } = place;
  return new Promise((resolve, reject) => {
    const socket = connectedTo(place);
    const [words, expected] = guarded ? [`AUTH ${guarded.password}\r\nPING\r\n`, '+OK\r\n'] : ['PING\r\n', '+PONG\r\n'];
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.once('error', fail);
    socket.once('timeout', () => fail(new Error('Redis does not answer')));
    // An engine takes connections for a server in a container that is not there yet, and lets them go.
    socket.once('end', () => fail(new Error('Redis has gone')));
    socket.once(guarded ? 'secureConnect' : 'connect', () => socket.write(words));
    socket.once('data', (answer) => {
      if (!answer.toString().startsWith(expected))
        return fail(new Error(`Redis answers ${JSON.stringify(answer.toString())}`));
      socket.destroy();
      resolve();
    });
  });
}

function connectedTo({
  host,
  port,
  guarded,
}: {
  host: string;
  port: number;
  guarded?: GuardedRedis | undefined;
}): Socket {
  if (guarded === undefined) return connect({ port, host, timeout: 1_000 });
  const ca = readFileSync(join(guarded.certificates, 'ca.pem'));
  return connectOverTls({ port, host, ca, servername: 'localhost', timeout: 1_000 });
}
