import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dovecot, removeRun, root, RunFolder, serverNames, startServers } from '@recapito/servers';
import type { ServerName } from '@recapito/servers';
import { choosePorts } from '../tools/suite/ports.ts';
import { prepareStore } from '../tools/suite/preparations.ts';
import type { Benchmark, Contest, Occasion } from './benchmark.ts';

const portBase = 15_000;

export const start: Benchmark = {
  name: 'start',
  ours: 'npm start, with nothing to be installed, until the suite is ready and the campaign begins',
  yardstick: 'the start times of PostgreSQL, Kafka, Redis and Dovecot, each alone and empty, added up',
  unit: 'ms',
  better: 'less',
  mark: 'ours at most 2 x yardstick',
  reached: ({ ours, yardstick }) => ours <= 2 * yardstick,
  runs: 5,
  prepare,
};

/** Nobody else's servers: starting them is what is measured. */
const none = { RECAPITO_POSTGRES_URL: '', RECAPITO_KAFKA_BROKERS: '', RECAPITO_REDIS_URL: '' };

async function prepare(occasion: Occasion): Promise<Contest> {
  const place = await mkdtemp(join(tmpdir(), 'recapito-bench-'));
  // PostgreSQL's account must be able to enter.
  await chmod(place, 0o755);
  occasion.atEnd(() => removeRun(place));
  return { ours: () => started(join(place, 'runs'), occasion), yardstick: () => serversAlone(place, occasion) };
}

/** What a person waits for who types the command, npm and bootstrap included. */
async function started(runs: string, { atEnd }: Occasion): Promise<number> {
  const begin = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, ...none, RECAPITO_RUNS: runs, RECAPITO_PORT_BASE: String(portBase) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that it can be sent what Ctrl-C sends.
    detached: true,
  });
  const closed = once(child, 'close');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      process.kill(-child.pid, 'SIGINT');
      await closed;
    }
  };
  atEnd(stop);
  const printed: string[] = [];
  const ready = Promise.withResolvers<number>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed.push(text);
      if (printed.join('').includes('La prova si segue a')) ready.resolve(performance.now() - begin);
    });
  child.once('close', () => ready.reject(new Error(`npm start ended before it was ready:\n${printed.join('')}`)));
  const elapsed = await ready.promise;
  await stop();
  return elapsed;
}

async function serversAlone(place: string, occasion: Occasion): Promise<number> {
  let sum = 0;
  for (const name of serverNames) sum += await alone(place, name, occasion);
  return sum + (await dovecotAlone(place, occasion));
}

async function alone(place: string, name: ServerName, { abort }: Occasion): Promise<number> {
  const folder = join(place, name);
  const begin = performance.now();
  const servers = await startServers({ folder, want: [name], durable: true, fresh: true, given: {}, abort });
  const elapsed = performance.now() - begin;
  await servers.stop();
  await removeRun(folder);
  return elapsed;
}

/** Its configuration is written beforehand. */
async function dovecotAlone(place: string, { abort }: Occasion): Promise<number> {
  const run = await RunFolder.claim(join(place, 'dovecot'));
  const ports = await choosePorts(portBase);
  const { configuration } = await prepareStore(run.path, ports);
  const servers = await startServers({ folder: run, want: [], given: {}, abort });
  const begin = performance.now();
  await servers.start(dovecot({ configuration, port: ports.lmtp }));
  const elapsed = performance.now() - begin;
  await servers.stop();
  await run.release();
  await removeRun(run.path);
  return elapsed;
}
