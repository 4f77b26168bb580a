import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { announced, citizen, firstPin, marioRossi, signedIn } from './people.ts';
import { august, Stage, unhurried } from './stage.ts';

const stage = new Stage();
const mario = citizen(marioRossi, 'mario.rossi@postacertificata.gov.it');
const stranger = 'zzzzzz80a01h501z@inpspec.gov.it';
const pairs = Number(process.env['RECAPITO_PAIRS'] ?? 2_000);

beforeAll(async () => {
  await stage.open(august, { RECAPITO_HASH_PATIENCE_MS: '10000' });
  await announced(stage, mario);
  const first = await signedIn(stage, mario.codiceFiscale, await firstPin(stage, mario.holder), '10.0.0.1');
  await stage.call('PUT', '/pin', { token: first.body.token, body: { pin: 'giallo42' } });
}, unhurried);

afterAll(() => stage.end(), unhurried);

/** Milliseconds until the answer; every one of them says no. */
async function timeOf(address: string, secret: string, client: string, outcome: string): Promise<number> {
  const body = { address, service: 'inps-trial', secret, door: 'imap' };
  const begin = performance.now();
  const { body: said } = await stage.call('POST', '/password-checks', {
    as: 'mailbox',
    body,
    headers: { 'client-address': client },
  });
  const taken = performance.now() - begin;
  expect(said).toMatchObject({ outcome });
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

/** Asks about a holder and about a name that nobody has, in turns, each first as often as the other. */
async function compared(secret: string, client: string, outcome: string): Promise<number> {
  const times: Record<string, number[]> = { [mario.inpsAddress]: [], [stranger]: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    const order = [mario.inpsAddress, stranger];
    for (const address of pair % 2 === 0 ? order : order.toReversed())
      times[address]?.push(await timeOf(address, secret, client, outcome));
  }
  return areaUnderTheCurve(times[mario.inpsAddress] ?? [], times[stranger] ?? []);
}

describe(`${pairs} pairs of attempts under a holder's name and under nobody's`, () => {
  test('take the same time while they may be tried', async () => {
    const area = await compared('vecchio-pin', '198.51.100.20', 'refused');
    process.stdout.write(`area under the curve, refused: ${area.toFixed(3)}\n`);
    expect(area).toBeGreaterThan(0.47);
    expect(area).toBeLessThan(0.53);
  }, 900_000);

  test('take the same time while they wait for their block to end', async () => {
    const client = '198.51.100.21';
    for (const address of [mario.inpsAddress, stranger])
      for (let time = 0; time < 5; time += 1) await timeOf(address, `indovino-${time}`, client, 'refused');
    const area = await compared('indovino-9', client, 'blocked');
    process.stdout.write(`area under the curve, blocked: ${area.toFixed(3)}\n`);
    expect(area).toBeGreaterThan(0.47);
    expect(area).toBeLessThan(0.53);
  }, 900_000);
});
