import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that the kernel gives to whoever calls out or asks for any: between our look and the moment when
 * somebody listens, nobody gets one of these by chance.
 */
const [lowest, count] = [10_000, 10_000];

let turn = randomInt(count);

/** A TCP port of the loopback that nobody listens on at this moment, another for each who asks. Whoever takes it must check that it got it. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < count; tries += 1) {
    turn = (turn + 1) % count;
    const port = lowest + turn;
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${lowest} to ${lowest + count - 1} is free`);
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
