import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sendingHeld } from '@recapito/contracts';
import { derivedId } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import { anna, announced, firstAccessPassword, gianfranco, mario, signedIn } from './people.ts';
import type { Citizen } from './people.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();
let enrolment: string;
let session: string;

beforeAll(async () => {
  await stage.open(august);
  enrolment = await announced(stage, mario);
  for (const other of [anna, gianfranco]) await announced(stage, other);
  session = await newSession();
});

afterAll(() => stage.end());

async function newSession(): Promise<string> {
  return (await signedIn(stage, mario.userId, await firstAccessPassword(stage, enrolment))).body.token;
}

const statusWith = async (token: string): Promise<number> =>
  (await stage.call('GET', `/enrolments/${enrolment}`, { token })).status;

const holdOf = ({ holder }: Citizen) => derivedId('spec-hold', holder);

async function held(who: Citizen): Promise<void> {
  const about = { hold: holdOf(who), box: who.inpsAddress, holder: who.holder, provider: 'INPS' };
  const cause = { kind: 'recipients', most: 5, minutes: 30 } as const;
  await stage.say(sendingHeld, about.hold, { ...about, cause, order: null, queued: 0 }, august);
}

describe('when a box is held for abuse', () => {
  test('the sessions of its holder are over, those of others are not, and whoever has the secret signs in again', async () => {
    const annas = (await signedIn(stage, anna.userId, await firstAccessPassword(stage, await announced(stage, anna))))
      .body;
    expect(await statusWith(session)).toBe(200);
    await held(mario);
    await eventually(async () => expect(await statusWith(session)).toBe(401));
    expect(
      (await stage.call('GET', `/enrolments/${annas.enrolment?.enrolment ?? ''}`, { token: annas.token })).status,
    ).toBe(200);
    // Tokens tell seconds: the first one that counts as later is that of the next second.
    await eventually(async () => expect(await statusWith(await newSession())).toBe(200));
  });

  test('it is told by which way each holder is to hear of it', async () => {
    await held(anna);
    await held(gianfranco);
    const told = async ({ holder }: Citizen) =>
      (await stage.told('identity.accesses.v1', holder)).filter(({ type }) => type === 'sessions-ended');
    const about = (who: Citizen, channel: string) => ({
      holder: who.holder,
      hold: holdOf(who),
      box: who.inpsAddress,
      heldAt: august,
      channel,
    });
    for (const [who, channel] of [
      [gianfranco, 'sportello'],
      [anna, 'email'],
      [mario, 'sms'],
    ] as const)
      await eventually(async () => expect((await told(who)).map(({ data }) => data)).toEqual([about(who, channel)]));
  });

  test.each([
    ['sms', mario, '+393330000001'],
    ['email', anna, 'anna@posta.example'],
    ['sportello', gianfranco, 'INPS Roma Centro'],
    ['sms', gianfranco, 'INPS Roma Centro'],
  ] as const)('notification is told where %s leads, and that it asked is a fact', async (channel, who, contact) => {
    const path = `/holders/${who.holder}/contacts/${channel}?purpose=${holdOf(who)}`;
    const { status, body } = await stage.call('GET', path, { as: 'notification' });
    expect({ status, body }).toEqual({
      status: 200,
      body: { codiceFiscale: who.codiceFiscale, nome: expect.any(String), cognome: expect.any(String), contact },
    });
    const [reading] = (await stage.told('identity.readings.v1', 'notification')).toReversed();
    expect(reading?.data).toMatchObject({ holder: who.holder, what: 'contact', purpose: holdOf(who) });
    expect((await stage.call('GET', path, { as: 'mailbox' })).status).toBe(403);
  });
});
