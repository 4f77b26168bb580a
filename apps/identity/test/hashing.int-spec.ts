import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { anna, announced, firstAccessPassword, firstPin, mario, signedIn, step } from './people.ts';
import { realHashes, Stage } from './stage.ts';

// Here the cost is the subject: argon2id as in production.
const stage = new Stage(realHashes);
let child: Awaited<ReturnType<Stage['openProcess']>>;

beforeAll(async () => {
  child = await stage.openProcess({ RECAPITO_FAILURES_BURST: '2000' });
  const enrolment = await announced(stage, mario);
  const { token } = (await signedIn(stage, mario.userId, await firstAccessPassword(stage, enrolment))).body;
  await step(stage, enrolment, token, 'password');
  await announced(stage, anna);
});

afterAll(() => stage.end());

async function milliseconds(user: string): Promise<number> {
  const began = performance.now();
  const { status } = await signedIn(stage, user, 'sbagliata-davvero');
  expect(status).toBe(401);
  return performance.now() - began;
}

describe('the time of a failed log-in', () => {
  test('does not tell a name that nobody has from one with a password, an unspent announcement or a first PIN', async () => {
    await firstAccessPassword(stage, await announced(stage, anna));
    await firstPin(stage, anna.holder);
    const names = {
      password: mario.userId,
      announcement: anna.userId,
      'first PIN': anna.codiceFiscale,
      'nobody’s address': 'nessuno@postacertificata.gov.it',
      'nobody’s codice fiscale': 'VRDGLI90E43Z112U',
    };
    const times = new Map<string, number[]>(Object.keys(names).map((name) => [name, []]));
    // The fastest of many: what else the machine does only ever adds to the time. On a busy one it takes more rounds.
    let fastest: number[] = [];
    const ratio = () => Math.max(...fastest) / Math.min(...fastest);
    for (let round = 0; round < 25 || (round < 150 && ratio() >= 1.5); round += 1) {
      for (const [name, user] of Object.entries(names)) times.get(name)?.push(await milliseconds(user));
      fastest = [...times.values()].map((values) => Math.min(...values));
    }
    // A name that was spared its hash would answer in a small part of the time.
    expect(ratio()).toBeLessThan(1.5);
    // And no hash of production costs less than this on any machine of today.
    expect(Math.min(...fastest)).toBeGreaterThan(5);
  });
});

describe('a storm of five hundred log-ins', () => {
  const mebibytes = (what: 'VmRSS' | 'VmHWM') => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
  };

  // @rule HASHING-BOUNDED
  test('is answered soon, some with a verdict and the rest to try again, in bounded memory', async () => {
    const before = mebibytes('VmRSS');
    const began = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        signedIn(stage, `persona${index}@postacertificata.gov.it`, 'una-password', `203.0.113.${index % 250}`),
      ),
    );
    const seconds = (performance.now() - began) / 1000;
    const types = Object.groupBy(answers, ({ body }) => body.type ?? 'none');
    expect(Object.keys(types).toSorted()).toEqual(['access/busy', 'access/denied']);
    expect(types['access/busy']?.every(({ status }) => status === 503)).toBe(true);
    expect(types['access/denied']?.length).toBeGreaterThan(20);
    expect(seconds).toBeLessThan(30);
    // Four hashes of 19 MiB at a time, and what five hundred open requests take; five hundred hashes would be 9,500.
    expect(mebibytes('VmHWM') - before).toBeLessThan(4 * 19 + 150);
  });

  test('is over, and the next one is served', async () => {
    expect((await signedIn(stage, mario.userId, 'gelsomino-in-fiore-7')).status).toBe(201);
  });
});
