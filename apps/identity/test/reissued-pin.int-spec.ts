import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@recapito/testing';
import { reissuePin } from '../src/application/reissue-pin.ts';
import { announced, firstPin, mario, signedIn } from './people.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();

beforeAll(async () => {
  await stage.open(august);
  await announced(stage, mario);
});

afterAll(() => stage.end());

const choose = async (token: string, pin: string) => await stage.call('PUT', '/pin', { token, body: { pin } });

async function reissued(key: string): Promise<string> {
  const { status, body } = await stage.call('POST', `/holders/${mario.holder}/pin-reissues`, {
    as: 'operator',
    headers: { 'idempotency-key': key },
  });
  expect(status).toBe(201);
  return String(body['pin']);
}

/** How many statements wait in this database for somebody else's transaction to end. */
async function waitingForLocks(): Promise<number> {
  const [row] = await stage.client.$queryRaw<{ waiting: number }[]>`
    SELECT count(*)::int AS waiting FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return row?.waiting ?? 0;
}

/** The two halves of a PIN that has been issued, as notification gets them to write them. */
async function charactersOf(pin: string): Promise<string> {
  const path = (half: number) => `/pins/${pin}/halves/${half}`;
  const halves = [1, 2].map(async (half) => (await stage.call('GET', path(half), { as: 'notification' })).body);
  return (await Promise.all(halves)).map(({ characters }) => String(characters)).join('');
}

// @rule PIN-REISSUE
describe('a PIN that is issued anew', () => {
  test('voids a personal one and every session at once; the holder chooses again with the new halves', async () => {
    const first = await firstPin(stage, mario.holder);
    const { token } = (await signedIn(stage, mario.codiceFiscale, first)).body;
    expect((await choose(token, 'giallo42')).body).toEqual({ changed: true });
    const { token: personal } = (await signedIn(stage, mario.codiceFiscale, 'giallo42')).body;

    const pin = await reissued('prima');
    expect(await reissued('prima')).toBe(pin);
    expect((await stage.told('identity.holders.v1', mario.holder)).at(-1)).toMatchObject({
      type: 'pin-issued',
      data: { holder: mario.holder, pin },
    });
    for (const old of [first, 'giallo42']) expect((await signedIn(stage, mario.codiceFiscale, old)).status).toBe(401);
    for (const session of [token, personal]) expect((await choose(session, 'ladro111')).status).toBe(401);

    const fresh = await charactersOf(pin);
    expect(fresh).toMatch(/^[A-HJ-NP-Z2-9]{16}$/);
    expect(fresh).not.toBe(first);
    // A session says its second alone, and one of the second of the re-issue counts as opened before.
    await eventually(async () => {
      const { token: again } = (await signedIn(stage, mario.codiceFiscale, fresh)).body;
      expect((await choose(again, 'celeste5')).body).toEqual({ changed: true });
    });
  });

  test('is told to whoever takes sessions', async () => {
    const told = async () =>
      (await stage.told('identity.accesses.v1', mario.holder)).filter(({ type }) => type === 'sessions-voided');
    const before = (await told()).length;
    await reissued('detta');
    const facts = await told();
    expect(facts).toHaveLength(before + 1);
    expect(facts.at(-1)?.data).toEqual({ holder: mario.holder, cause: 'pin-reissued' });
  });

  // The old one was right when it was looked at, and is none any more when the attempt is settled.
  test('leaves no session to who shows the old one at that moment', async () => {
    const old = await charactersOf(await reissued('vecchia'));
    const { attempt } = await stage.transaction(async (tx) => {
      await reissuePin(tx, { holder: mario.holder, at: august, keyId: '0'.repeat(16) });
      const under = signedIn(stage, mario.codiceFiscale, old);
      await eventually(async () => expect(await waitingForLocks()).toBe(1));
      return { attempt: under };
    });
    expect((await attempt).status).toBe(401);
  });

  test('replaces a first one that went astray before its holder had it', async () => {
    const astray = await charactersOf(await reissued('seconda'));
    const fresh = await charactersOf(await reissued('terza'));
    expect((await signedIn(stage, mario.codiceFiscale, astray)).status).toBe(401);
    expect((await signedIn(stage, mario.codiceFiscale, fresh)).body).toMatchObject({ scope: 'first-pin' });
  });
});
