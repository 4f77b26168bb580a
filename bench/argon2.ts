import { hash, verify } from '@node-rs/argon2';
import { atOnce } from './lags.ts';

/** What a password costs in production: argon2id, m = 19 MiB, t = 2, p = 1. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const secret = 'un segreto di prova';

/** Of the thread pool that the library works on, four threads; more than there are cores gains nothing. */
const hashesAtOnce = 4;

/** How many passwords the library looks at in a second when nothing else is done on this machine. */
export async function rawHashesPerSecond(count: number): Promise<number> {
  const hashed = await hash(secret, cost);
  const begin = performance.now();
  await atOnce(count, hashesAtOnce, async () => {
    if (!(await verify(hashed, secret, cost))) throw new Error('the right secret was found wrong');
  });
  return (count * 1_000) / (performance.now() - begin);
}
