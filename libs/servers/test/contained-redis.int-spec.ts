import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { connect as connectOverTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Child } from '../src/child.ts';
import { freePort } from '../src/free-port.ts';
import { root } from '../src/index.ts';
import { ping, redisServer } from '../src/redis.ts';
import { until } from '../src/until.ts';

/** Redis as it is begun in a container, with the program and the secrets that it gets there, on this machine. */
let folder: string;
let port: number;
let child: Child;
let password: string;

const host = '127.0.0.1';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recapito-contained-'));
  port = await freePort();
  const hooks = join(root, 'tools', 'typescript-hooks.mjs');
  const program = ['--conditions=@recapito/source', '--import', hooks, join(root, 'tools/containers/make-secrets.ts')];
  const words = ['--out', folder, '--mode', 'production', '--owner', userInfo().username];
  execFileSync(process.execPath, [...program, ...words]);
  const secrets = join(folder, 'redis');
  password = readFileSync(join(secrets, 'redis.password'), 'utf8');
  child = await Child.start({
    command: 'sh',
    arguments: [join(root, 'deploy/redis/start.sh')],
    folder,
    environment: {
      SECRETS: secrets,
      SETTINGS: join(folder, 'redis.conf'),
      PORT: String(port),
      SERVER: redisServer(),
    },
    log: join(folder, 'redis.log'),
    deathSignal: 'SIGKILL',
  });
  await until(() => ping({ host, port, guarded: { certificates: secrets, password } }), {
    withinMs: 60_000,
    aborted: () => (child.alive ? undefined : new Error(readFileSync(join(folder, 'redis.log'), 'utf8'))),
  });
});

afterAll(async () => {
  await child.stop('SIGTERM', 15_000);
  rmSync(folder, { recursive: true });
});

/** What Redis answers to PING, over TLS or in the clear; nothing when it hangs up. */
async function answerTo(over: 'tls' | 'clear'): Promise<string> {
  const ca = readFileSync(join(folder, 'redis', 'ca.pem'));
  const socket = over === 'tls' ? connectOverTls({ host, port, ca, servername: 'redis' }) : connect({ host, port });
  return await new Promise((resolve) => {
    socket.once(over === 'tls' ? 'secureConnect' : 'connect', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => resolve(answer.toString()));
    socket.once('error', () => resolve(''));
    socket.once('close', () => resolve(''));
  }).then((answer) => {
    socket.destroy();
    return String(answer);
  });
}

// @rule INNER-TLS
test('Redis in a container answers over TLS alone, under a name that the services call, and nobody without the password', async () => {
  expect(await answerTo('tls')).toMatch(/^-NOAUTH /);
  expect(await answerTo('clear')).toBe('');
});

// @rule CONFIG-FILE
test('its password stands in no environment and in no command line', () => {
  for (const file of ['cmdline', 'environ'])
    expect(readFileSync(`/proc/${child.identity.pid}/${file}`, 'utf8')).not.toContain(password);
});
