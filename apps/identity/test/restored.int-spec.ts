import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { holderRegistered, sendingHeld } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { derivedId } from '@recapito/primitives';
import { allPublished, decideToGoOn, eventually, publishedTypes, restoreState, untilWentBack } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import {
  anna,
  citizen,
  firstAccessPassword,
  firstPin,
  gianfranco,
  goodPassword,
  known,
  laterSteps,
  mario,
  marioRossiOfMilan,
  otherMario,
  planned,
  signedIn,
  step,
} from './people.ts';
import type { Citizen } from './people.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();
const milan = citizen(marioRossiOfMilan, 'mario.rossi3@postacertificata.gov.it');
const enrolmentOf = (who: Citizen) => derivedId('enrolment', who.move.move);

const hold = derivedId('hold-of-spec', anna.holder);
const topic = holderRegistered.topic;

let identity: RunningService<PrismaClient>;
/** First secrets as they were given out before the database was put back. */
const firstPasswords = new Map<Citizen, string>();
const firstPins = new Map<Citizen, string>();
let marioSession: string;

async function answerTo(user: string, secret: string, from = '192.0.2.1'): Promise<string> {
  const { status, body } = await signedIn(stage, user, secret, from);
  return status === 201 ? body.scope : `${status} ${body.type}`;
}

const asOperator = async (method: string, path: string) =>
  stage.call(method, path, { as: 'operator', headers: { 'idempotency-key': path } });

async function imap({ userId: address }: Citizen, secret: string): Promise<unknown> {
  const question = { address, service: 'cec-pac', secret, door: 'imap' };
  return (await stage.call('POST', '/password-checks', { as: 'mailbox', body: question })).body;
}

/** A session of somebody. One that begins in the very second in which it was found that the database went back is over. */
async function sessionOf(who: Citizen, password: string): Promise<string> {
  return eventually(async () => {
    const { token } = (await signedIn(stage, who.userId, password)).body;
    const { status } = await stage.call('GET', `/enrolments/${enrolmentOf(who)}`, { token });
    return status === 200 && token;
  });
}

async function takeAllSteps(who: Citizen, password: string): Promise<void> {
  const token = await sessionOf(who, password);
  for (const name of laterSteps) expect((await step(stage, enrolmentOf(who), token, name)).status).toBe(200);
}

beforeAll(async () => {
  identity = await stage.open(august);
  for (const who of [mario, otherMario, milan, gianfranco]) await planned(stage, who);
  for (const who of [mario, otherMario, milan])
    firstPasswords.set(who, await firstAccessPassword(stage, enrolmentOf(who)));
  for (const who of [otherMario, gianfranco]) firstPins.set(who, await firstPin(stage, who.holder));
  await allPublished(stage);
  await stage.stop();
  const putBack = await stage.backUp();
  identity = await stage.start();
  await identity.ready;
  await forgottenHour();
  await allPublished(stage);
  await stage.stop();
  await putBack();
  followedBy(stage, '1e'.repeat(32));
  identity = await stage.start();
  await untilWentBack(stage);
});

/** The key from which first secrets are made has another before it from now on. */
function followedBy({ secrets }: Stage, key: string): void {
  const file = join(secrets, 'first-access.key');
  writeFileSync(file, `${key}\n${readFileSync(file, 'utf8')}`);
}

/** What happens after the backup. */
async function forgottenHour(): Promise<void> {
  await takeAllSteps(mario, firstPasswords.get(mario) ?? '');
  marioSession = (await signedIn(stage, mario.userId, goodPassword)).body.token;
  // The other mario chooses a PIN and a password, and stops there.
  const pin = (await signedIn(stage, otherMario.codiceFiscale, firstPins.get(otherMario) ?? '')).body.token;
  expect((await stage.call('PUT', '/pin', { token: pin, body: { pin: 'K7Q2M9XB' } })).status).toBe(200);
  const session = (await signedIn(stage, otherMario.userId, firstPasswords.get(otherMario) ?? '')).body.token;
  expect((await step(stage, enrolmentOf(otherMario), session, 'password')).status).toBe(200);
  // The first password of the one of Milan is made anew.
  expect((await asOperator('POST', `/enrolments/${enrolmentOf(milan)}/reissues`)).status).toBe(201);
  firstPasswords.set(milan, await firstAccessPassword(stage, enrolmentOf(milan), 2));
  // Somebody guesses at gianfranco's PIN.
  for (let guess = 0; guess < 5; guess += 1) await signedIn(stage, gianfranco.codiceFiscale, `guess ${guess}`);
  // Anna is registered only now; she signs in, and her old box is held.
  await planned(stage, anna);
  firstPasswords.set(anna, await firstAccessPassword(stage, enrolmentOf(anna)));
  firstPins.set(anna, await firstPin(stage, anna.holder));
  expect(await answerTo(anna.userId, firstPasswords.get(anna) ?? '')).toBe('enrolment');
  const annasPin = (await signedIn(stage, anna.codiceFiscale, firstPins.get(anna) ?? '')).body.token;
  expect((await stage.call('PUT', '/pin', { token: annasPin, body: { pin: 'W4T8R6ZC' } })).status).toBe(200);
  const cause = { kind: 'operator', operator: 'operator', reason: 'spam' } as const;
  const held = {
    hold,
    holder: anna.holder,
    box: anna.inpsAddress,
    provider: 'inps',
    order: null,
    cause,
    queued: 0,
  };
  await stage.say(sendingHeld, hold, held, august);
  await eventually(async () =>
    (await stage.told('identity.accesses.v1', anna.holder)).some(({ type }) => type === 'sessions-ended'),
  );
}

afterAll(() => stage.end());

test('identity that was put back answers nobody before an operator has decided', async () => {
  expect(await answerTo(mario.userId, firstPasswords.get(mario) ?? '')).toBe('503 service/unavailable');
  expect((await stage.call('GET', `/holders/${mario.holder}?purpose=spec`, { as: 'operator' })).status).toBe(503);
});

// @rule IDENTITY-REBUILDS
describe('then, with what its facts say', () => {
  beforeAll(async () => {
    await decideToGoOn(stage, identity);
    await known(stage, anna);
    await eventually(async () => (await restoreState(stage)).forgotten === 0);
  });

  // @rule ACCESS-SECRET-LOST IDENTITY-VOIDS-OLDER
  test('who has confirmed is confirmed; neither the password nor the spent first one opens, and both are told so', async () => {
    const enrolment = await stage.client.enrolment.findUniqueOrThrow({ where: { id: enrolmentOf(mario) } });
    expect(enrolment).toMatchObject({ state: 'confirmed', confirmedAt: new Date(august) });
    expect(await answerTo(mario.userId, firstPasswords.get(mario) ?? '')).toBe('403 access/secret-lost');
    expect(await answerTo(mario.userId, goodPassword)).toBe('403 access/secret-lost');
    expect(await imap(mario, goodPassword)).toMatchObject({
      outcome: 'refused',
      refused: 'access/secret-lost',
    });
    const path = `/enrolments/${enrolmentOf(mario)}`;
    expect((await stage.call('GET', path, { token: marioSession })).status).toBe(401);
    const asked = { as: 'notification', body: { generation: 1 } };
    expect((await stage.call('POST', `${path}/first-access-password`, asked)).body['type']).toBe(
      'enrolment/generation-superseded',
    );
  });

  // @rule ACCESS-SECRET-LOST
  test('a re-issue lets them in again, and they choose a password without taking the other steps', async () => {
    const { body } = await asOperator('POST', `/enrolments/${enrolmentOf(mario)}/reissues`);
    const fresh = await firstAccessPassword(stage, enrolmentOf(mario), Number(body['generation']));
    const chosen = await step(stage, enrolmentOf(mario), await sessionOf(mario, fresh), 'password');
    expect(chosen).toMatchObject({ status: 200, body: { state: 'confirmed' } });
    expect(await answerTo(mario.userId, fresh)).toBe('401 access/denied');
    expect(await imap(mario, goodPassword)).toMatchObject({ outcome: 'accepted' });
  });

  test('who had not confirmed takes the steps again from the choice of a password, after a re-issue', async () => {
    expect(await answerTo(otherMario.userId, firstPasswords.get(otherMario) ?? '')).toBe('403 access/secret-lost');
    const { body } = await asOperator('POST', `/enrolments/${enrolmentOf(otherMario)}/reissues`);
    await takeAllSteps(
      otherMario,
      await firstAccessPassword(stage, enrolmentOf(otherMario), Number(body['generation'])),
    );
    expect(await imap(otherMario, goodPassword)).toMatchObject({ outcome: 'accepted' });
  });

  // @rule ACCESS-SECRET-LOST IDENTITY-VOIDS-OLDER
  test.each([
    ['who is known by the backup', otherMario, 'K7Q2M9XB'],
    ['who was registered later', anna, 'W4T8R6ZC'],
  ])(
    'the first PIN of somebody %s does not open after it was changed; an operator issues another',
    async (_, who, pin) => {
      expect(await answerTo(who.codiceFiscale, firstPins.get(who) ?? '')).toBe('403 access/secret-lost');
      expect(await answerTo(who.codiceFiscale, pin)).toBe('403 access/secret-lost');
      const { status, body } = await asOperator('POST', `/holders/${who.holder}/pin-reissues`);
      expect(status).toBe(201);
      const half = async (number: 1 | 2) =>
        (await stage.call('GET', `/pins/${String(body['pin'])}/halves/${number}`, { as: 'notification' })).body[
          'characters'
        ];
      const fresh = `${String(await half(1))}${String(await half(2))}`;
      expect(fresh).not.toBe(firstPins.get(who));
      expect(await answerTo(who.codiceFiscale, fresh)).toBe('first-pin');
    },
  );

  test('of two first-access passwords the one that was made anew opens', async () => {
    expect(await answerTo(milan.userId, firstPasswords.get(milan) ?? '')).toBe('enrolment');
  });

  // @rule FIRST-ACCESS-KEYS
  test('an unspent first-access password of somebody whom the backup does not know opens', async () => {
    expect(await answerTo(anna.userId, firstPasswords.get(anna) ?? '')).toBe('enrolment');
    const keys = await stage.client.enrolment.findMany({ where: { holderId: { in: [anna.holder, milan.holder] } } });
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1);
  });

  // @rule ACCESS-BLOCK-KEPT
  test('who was blocked is blocked, from everywhere, until the help desk lifts it', async () => {
    expect(await answerTo(gianfranco.codiceFiscale, 'guess 6')).toBe('403 access/blocked');
    expect(await answerTo(gianfranco.codiceFiscale, 'guess 6', '198.51.100.7')).toBe('403 access/blocked');
    const lifted = await stage.call('DELETE', `/holders/${gianfranco.holder}/block`, { as: 'operator' });
    expect(lifted.body).toEqual({ lifted: true });
    expect(await answerTo(gianfranco.codiceFiscale, 'guess 6')).toBe('401 access/denied');
  });

  // @rule FORGOTTEN-TOLD-AGAIN
  test('nothing is said twice', async () => {
    await allPublished(stage);
    expect(await publishedTypes(stage, topic, anna.holder)).toEqual([
      'holder-registered',
      'holder-recognised',
      'pin-issued',
      'enrolment-opened',
      'enrolment-step-done',
      'pin-issued',
    ]);
    const endings = (await publishedTypes(stage, 'identity.accesses.v1', anna.holder)).filter(
      (type) => type === 'sessions-ended',
    );
    expect(endings).toHaveLength(1);
    const marios = await publishedTypes(stage, topic, mario.holder);
    expect(marios.filter((type) => type === 'enrolment-confirmed')).toHaveLength(1);
  });
});
