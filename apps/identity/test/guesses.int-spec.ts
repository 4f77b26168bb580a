import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import {
  anna,
  announced,
  firstAccessPassword,
  firstPin,
  gianfranco,
  goodPassword,
  laterSteps,
  mario,
  otherMario,
  signedIn,
  step,
} from './people.ts';
import type { Citizen } from './people.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();
const nobody = 'fantasma@postacertificata.gov.it';
const pins = new Map<Citizen, string>([
  [mario, 'giallo42'],
  [otherMario, 'rosso555'],
  [gianfranco, 'viola888'],
]);

const [home, cafe] = ['192.0.2.10', '198.51.100.20'];
const tomorrow = parseInstant('2010-08-03T07:00:00Z');

beforeAll(async () => {
  await stage.open(august, { RECAPITO_HASH_CALLS: '8', RECAPITO_HASH_PATIENCE_MS: '10000' });
  for (const who of [mario, otherMario, anna, gianfranco]) await announced(stage, who);
  for (const [who, pin] of pins) {
    const first = await signedIn(stage, who.codiceFiscale, await firstPin(stage, who.holder), `10.0.0.${pins.size}`);
    await stage.call('PUT', '/pin', { token: first.body.token, body: { pin } });
  }
});

afterAll(() => stage.end());

/** What somebody hears who shows a secret at the portal. */
async function heard(user: string, secret: string, from: string): Promise<string> {
  const { status, body } = await signedIn(stage, user, secret, from);
  return body.type ?? (status === 201 ? 'in' : String(status));
}

async function checked(who: Citizen, secret: string, client: string): Promise<Record<string, unknown>> {
  const body = { address: who.inpsAddress, service: 'inps-trial', secret, door: 'imap' };
  const headers = { 'client-address': client };
  return (await stage.call('POST', '/password-checks', { as: 'mailbox', body, headers })).body;
}

async function guesses(user: string, times: number, from: string, first = 0): Promise<string[]> {
  const answers = [];
  for (let time = 0; time < times; time += 1) answers.push(await heard(user, `indovino-${first + time}`, from));
  return answers;
}

const denied = (times: number) => Array.from({ length: times }, () => 'access/denied');

describe('one source that guesses', () => {
  // @rule ACCESS-LOCK
  test('waits for the account after five, with the right secret too, at every door, and hears until when', async () => {
    expect(await guesses(mario.codiceFiscale, 6, cafe)).toEqual([...denied(5), 'access/blocked']);
    expect(await heard(mario.codiceFiscale, 'giallo42', cafe)).toBe('access/blocked');
    expect(await checked(mario, 'giallo42', cafe)).toMatchObject({
      outcome: 'blocked',
      until: tomorrow,
      rule: 'ACCESS-LOCK',
    });
  });

  test('keeps nobody waiting who comes from elsewhere', async () => {
    expect(await checked(mario, 'giallo42', home)).toMatchObject({ outcome: 'accepted' });
    expect(await heard(mario.codiceFiscale, 'giallo42', home)).toBe('in');
  });

  test('is published with its block, and never with what was typed', async () => {
    const facts = await stage.told('identity.accesses.v1', mario.holder);
    expect(facts.filter(({ type }) => type === 'holder-blocked').map(({ data }) => data)).toEqual([
      { holder: mario.holder, until: tomorrow, whom: 'one-source' },
    ]);
    expect(facts.map(({ sequence }) => sequence)).toEqual(facts.map((_, index) => index + 1));
    expect(JSON.stringify(facts)).not.toContain('indovino');
  });

  test('is not forgiven when the holder’s own client, behind the same address, signs in between its guesses', async () => {
    const answers: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      answers.push(...(await guesses(otherMario.codiceFiscale, 4, home, round * 4)));
      answers.push(await heard(otherMario.codiceFiscale, 'rosso555', home));
    }
    expect(answers.filter((answer) => answer === 'access/denied')).toHaveLength(5);
  });

  // @rule ACCESS-REPETITION
  test('that repeats one wrong secret, as a mail client with an old password does, never waits', async () => {
    for (let time = 0; time < 8; time += 1)
      expect(await checked(gianfranco, 'vecchio-pin', cafe)).toMatchObject({ outcome: 'refused' });
    expect(await checked(gianfranco, 'viola888', cafe)).toMatchObject({ outcome: 'accepted' });
  });

  // @rule ACCESS-SETTLED-IN-TURN
  test('with twenty guesses at once hears five answers', async () => {
    const from = '198.51.100.99';
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, nth) => heard(gianfranco.codiceFiscale, `a-caso-${nth}`, from)),
    );
    expect(answers.toSorted()).toEqual([...Array.from({ length: 15 }, () => 'access/blocked'), ...denied(5)]);
  });

  test('and twenty right ones at once all open', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => checked(gianfranco, 'viola888', home)));
    expect(answers.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(20);
  });
});

describe('thirty sources that guess', () => {
  const attack = async (user: string, net: string) => {
    const answers = [];
    for (let nth = 0; nth < 30; nth += 1) answers.push(...(await guesses(user, 1, `${net}.${nth}`, nth)));
    return answers;
  };

  // @rule ACCESS-LOCK
  test('have twenty guesses together; then every unfamiliar source waits', async () => {
    expect(await attack(gianfranco.codiceFiscale, '203.0.113')).toEqual([
      // Six were made before, from the café and from the address that guessed at once.
      ...denied(14),
      ...Array.from({ length: 16 }, () => 'access/blocked'),
    ]);
    expect(await heard(gianfranco.codiceFiscale, 'viola888', '198.51.100.77')).toBe('access/blocked');
  });

  // @rule ACCESS-FAMILIAR
  test('do not keep the holder from where they always got in', async () => {
    expect(await checked(gianfranco, 'viola888', home)).toMatchObject({ outcome: 'accepted' });
    expect(await heard(gianfranco.codiceFiscale, 'viola888', cafe)).toBe('in');
  });

  // @rule ACCESS-MADE-SECRETS
  test('do not keep a holder from the first access, who was nowhere before, nor from the steps that follow', async () => {
    const enrolment = await announced(stage, anna);
    const first = await firstAccessPassword(stage, enrolment);
    expect((await attack(anna.userId, '203.0.114')).slice(18)).toEqual([
      ...denied(2),
      ...Array.from({ length: 10 }, () => 'access/blocked'),
    ]);
    const { status, body } = await signedIn(stage, anna.userId, first, home);
    expect(status).toBe(201);
    for (const name of laterSteps) expect((await step(stage, enrolment, body.token, name)).status).toBe(200);
    expect(await heard(anna.userId, goodPassword, home)).toBe('in');
    expect(await heard(anna.userId, goodPassword, '198.51.100.78')).toBe('access/blocked');
  });

  test('have the same with a name that nobody has', async () => {
    const answers = await attack(nobody, '203.0.115');
    expect(answers).toEqual([...denied(20), ...Array.from({ length: 10 }, () => 'access/blocked')]);
    const { trace: _, ...said }: Record<string, unknown> = { ...(await signedIn(stage, nobody, 'x', cafe)).body };
    const { trace: __, ...ofHolder }: Record<string, unknown> = {
      ...(await signedIn(stage, gianfranco.codiceFiscale, 'x', '198.51.100.79')).body,
    };
    expect(said).toEqual(ofHolder);
  });

  test('of one IPv6 network have no more than four of one /64', async () => {
    const nets = Array.from({ length: 30 }, (_, nth) => `2001:db8:7:${(nth * 256).toString(16)}::1`);
    const answers = await Promise.all(
      nets.map((from, nth) => heard('altro@postacertificata.gov.it', `v6-${nth}`, from)),
    );
    expect(answers.filter((answer) => answer === 'access/denied')).toHaveLength(20);
  });
});

describe('what is remembered', () => {
  test('of a name that nobody has is a published fact without the name', async () => {
    const facts = await stage.told('identity.accesses.v1');
    const ofStrangers = facts.filter(({ type }) => type.startsWith('stranger-'));
    expect(ofStrangers.filter(({ type }) => type === 'stranger-blocked').at(0)?.data).toMatchObject({
      until: tomorrow,
      whom: 'unfamiliar-sources',
    });
    expect(JSON.stringify(ofStrangers)).not.toContain('fantasma');
  });

  // @rule ACCESS-REPETITION
  test('of a wrong secret is a keyed hash of account, version and secret', async () => {
    const rows = await stage.client.accessAccount.findMany();
    expect(JSON.stringify(rows)).not.toContain('indovino');
    const macs = rows.flatMap(({ guesses: kept }) => (kept as [string][]).map(([mac]) => mac));
    expect(new Set(macs.map((mac) => mac.length))).toEqual(new Set([22]));
    // The same thirty words were tried at three names: no hash is that of another account.
    expect(new Set(macs).size).toBe(macs.length);
  });

  test('is over after a day, at its instant and not a millisecond before', async () => {
    await stage.setClock(parseInstant('2010-08-03T06:59:59.999Z'));
    expect(await heard(gianfranco.codiceFiscale, 'viola888', '198.51.100.80')).toBe('access/blocked');
    await stage.setClock(tomorrow);
    expect(await heard(gianfranco.codiceFiscale, 'viola888', '198.51.100.80')).toBe('in');
  });

  test('does not make a guess a repetition once the holder has chosen just that', async () => {
    const from = '198.51.100.81';
    expect(await heard(mario.codiceFiscale, 'azzurro9', from)).toBe('access/denied');
    const { token } = (await signedIn(stage, mario.codiceFiscale, 'giallo42', home)).body;
    expect((await stage.call('PUT', '/pin', { token, body: { pin: 'azzurro9' } })).status).toBe(200);
    expect(await heard(mario.codiceFiscale, 'azzurro9', from)).toBe('in');
  });
});
