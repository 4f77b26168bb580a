import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { announced, firstPin, mario, signedIn } from './people.ts';
import { august, realHashes, Stage } from './stage.ts';

const stage = new Stage(realHashes);
const stranger = 'zzzzzz80a01h501z@inpspec.gov.it';
const pairs = Number(process.env['RECAPITO_PAIRS'] ?? 2_000);

beforeAll(async () => {
  await stage.open(august, { RECAPITO_HASH_PATIENCE_MS: '10000' });
  await announced(stage, mario);
  const first = await signedIn(stage, mario.codiceFiscale, await firstPin(stage, mario.holder), '10.0.0.1');
  await stage.call('PUT', '/pin', { token: first.body.token, body: { pin: 'giallo42' } });
});

afterAll(() => stage.end());

async function outcomeOf(address: string, secret: string, client: string): Promise<unknown> {
  const body = { address, service: 'inps-trial', secret, door: 'imap' };
  const headers = { 'client-address': client };
  return (await stage.call('POST', '/password-checks', { as: 'mailbox', body, headers })).body['outcome'];
}

/** Milliseconds until the answer; every one of them says no. */
async function timeOf(address: string, secret: string, client: string, outcome: string): Promise<number> {
  const begin = performance.now();
  const said = await outcomeOf(address, secret, client);
  const taken = performance.now() - begin;
  expect(said).toBe(outcome);
  return taken;
}

/**
 * The area under the curve: how probable it is that of two times, one of each, the first is the longer one. 0.5 when they
 * tell nothing apart.
 */
function areaUnderTheCurve(holders: readonly number[], strangers: readonly number[]): number {
  const sorted = strangers.toSorted((one, other) => one - other);
  const below = (time: number): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return holders.reduce((sum, time) => sum + below(time), 0) / (holders.length * strangers.length);
}

/** Another source for each pair, because one source that goes on is slowed down. */
const sourceOf = (pair: number): string => `198.18.${pair >> 7}.${pair & 127}`;

/** Asks about a holder and about a name that nobody has, in turns, each first as often as the other. */
async function compared(secret: string, outcome: string): Promise<number> {
  const times: Record<string, number[]> = { [mario.inpsAddress]: [], [stranger]: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    const order = [mario.inpsAddress, stranger];
    for (const address of pair % 2 === 0 ? order : order.toReversed())
      times[address]?.push(await timeOf(address, secret, sourceOf(pair), outcome));
  }
  return areaUnderTheCurve(times[mario.inpsAddress] ?? [], times[stranger] ?? []);
}

describe(`${pairs} pairs of attempts under a holder's name and under nobody's`, () => {
  test('take the same time while they may be tried', async () => {
    const area = await compared('vecchio-pin', 'refused');
    expect(area).toBeGreaterThan(0.47);
    expect(area).toBeLessThan(0.53);
  }, 900_000);

  test('take the same time while they wait for their block to end', async () => {
    // After twenty wrong secrets no unfamiliar source is let in.
    for (const address of [mario.inpsAddress, stranger])
      for (let time = 0; (await outcomeOf(address, `indovino-${time}`, `203.0.113.${time}`)) !== 'blocked'; time += 1)
        expect(time).toBeLessThan(30);
    const area = await compared('vecchio-pin', 'blocked');
    expect(area).toBeGreaterThan(0.47);
    expect(area).toBeLessThan(0.53);
  }, 900_000);
});
