import { parseInstant } from '@recapito/primitives';
import { rawHashesPerSecond } from './argon2.ts';
import type { Benchmark, Contest, Occasion } from './benchmark.ts';
import { Ground } from './ground.ts';
import { holdersWithPins } from './holders.ts';
import type { Holder } from './holders.ts';
import { KeepAliveClient } from './keep-alive-client.ts';
import { countProcessorTime } from './processor-time.ts';
import { Stage } from './services.ts';

const sizes = { full: { holders: 64, logIns: 800 }, small: { holders: 4, logIns: 20 } };

/** Log-ins under way at a time: two for each of the four hashes that identity computes, so that none waits for us. */
const logInsAtOnce = 8;

const noon = parseInstant('2010-08-02T12:00:00Z');

export const logins: Benchmark = {
  name: 'logins',
  ours: 'log-ins per second at the door of identity, HTTP, argon2id m=19 MiB t=2 p=1',
  yardstick: 'raw verifications by @node-rs/argon2 in a loop, four at a time',
  unit: 'log-ins/s',
  better: 'more',
  mark: 'ratio 0.9',
  reached: ({ ratio }) => ratio >= 0.9,
  runs: 5,
  prepare,
};

async function prepare(occasion: Occasion): Promise<Contest> {
  const { size, says, abort } = occasion;
  const ground = await Ground.open(occasion, ['postgres', 'kafka', 'redis']);
  const { holders: count, logIns } = sizes[size];
  const stage = await Stage.make(ground);
  await stage.setClock(noon);
  says('identity');
  const supervisor = await stage.start({ names: ['identity'], abort });
  ground.atEnd(() => supervisor.stop());
  says(`${count} holders choose their PIN`);
  const holders = await holdersWithPins(stage, count, noon);
  const clients = await Promise.all(
    Array.from({ length: logInsAtOnce }, () => KeepAliveClient.open(stage.url('identity'))),
  );
  ground.atEnd(async () => clients.forEach((client) => client.close()));
  const logInOnce = logInsOf(holders, clients);
  // Both sides are warm before the first run.
  await logInOnce(Math.min(logIns, 200));
  await rawHashesPerSecond(Math.min(logIns, 50));
  return {
    async ours() {
      await ground.settle();
      const before = await hashesOf(stage);
      const used = countProcessorTime({ ...ground.servers.pids, ...supervisor.pids }, 'clients');
      const begin = performance.now();
      await logInOnce(logIns);
      const seconds = (performance.now() - begin) / 1_000;
      const computed = (await hashesOf(stage)) - before;
      says(`processor time a log-in: ${used(logIns)}`);
      if (computed !== logIns) throw new Error(`${logIns} log-ins cost ${computed} hashes`);
      return logIns / seconds;
    },
    async yardstick() {
      const used = countProcessorTime({}, 'raw');
      const rate = await rawHashesPerSecond(logIns);
      says(`processor time a verification: ${used(logIns)}`);
      return rate;
    },
  };
}

/** Each client logs in one holder after the other; all of them together the number that is asked for. */
function logInsOf(holders: readonly Holder[], clients: readonly KeepAliveClient[]) {
  let next = 0;
  return async (count: number): Promise<void> => {
    let begun = 0;
    const working = clients.map(async (client) => {
      while (begun < count) {
        begun += 1;
        next += 1;
        const holder = holders[next % holders.length];
        await logIn(client, { user: holder?.codiceFiscale, secret: holder?.secret });
      }
    });
    await Promise.all(working);
  };
}

/** A 503 says that nothing was computed and that the same attempt may be made again: a client does so. */
async function logIn(client: KeepAliveClient, attempt: object): Promise<void> {
  for (let attempts = 1; ; attempts += 1) {
    const { status, body } = await client.post('/sessions', attempt);
    if (status === 201) return;
    if (status !== 503 || attempts === 10) throw new Error(`a log-in was answered ${status}: ${body}`);
  }
}

/** Hashes that identity has computed since its start, as its metrics tell. */
async function hashesOf(stage: Stage): Promise<number> {
  const metrics = await (await fetch(`${stage.management('identity')}/metrics`)).text();
  const counted = /^recapito_password_hashes_total(?:\{[^}]*\})? (\d+)/m.exec(metrics)?.[1];
  if (counted === undefined) throw new Error('identity tells no count of hashes');
  return Number(counted);
}
