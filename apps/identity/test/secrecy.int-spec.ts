import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { everyRow } from '@recapito/testing';
import { anna, announced, firstAccessPassword, firstPin, goodPassword, laterSteps, signedIn, step } from './people.ts';
import { Stage } from './stage.ts';

const stage = new Stage();
let child: Awaited<ReturnType<Stage['openProcess']>>;

/** Everything that must stand nowhere, by what it is. */
const secrets: Record<string, string> = {};

/** All that one citizen can do, with all the secrets that pass by. */
beforeAll(async () => {
  child = await stage.openProcess({ RECAPITO_LOG_LEVEL: 'debug' });
  const enrolment = await announced(stage, anna);
  secrets['first PIN'] = await firstPin(stage, anna.holder);
  secrets['first half'] = secrets['first PIN'].slice(0, 8);
  secrets['second half'] = secrets['first PIN'].slice(8);
  secrets['personal PIN'] = 'giallo42';
  secrets['chosen password'] = goodPassword;
  secrets['mistyped password'] = 'gelsomino-in-fiore-8';
  secrets['security answer'] = 'Il barone rampante';
  secrets['security answer as compared'] = 'il barone rampante';
  const first = (await signedIn(stage, anna.codiceFiscale, secrets['first PIN'])).body;
  await stage.call('PUT', '/pin', { token: first.token, body: { pin: secrets['personal PIN'] } });
  secrets['first-access password'] = await firstAccessPassword(stage, enrolment);
  await stage.call('POST', `/enrolments/${enrolment}/reissues`, {
    as: 'operator',
    headers: { 'idempotency-key': 'rifatta' },
  });
  secrets['first-access password made anew'] = await firstAccessPassword(stage, enrolment, 2);
  const { token } = (await signedIn(stage, anna.userId, secrets['first-access password made anew'])).body;
  secrets['session'] = token;
  for (const name of laterSteps) expect((await step(stage, enrolment, token, name)).status).toBe(200);
  expect((await signedIn(stage, anna.userId, secrets['mistyped password'])).status).toBe(401);
  // Requests that do not fit are told what is wrong with them, and must not be quoted either.
  await stage.call('POST', '/sessions', { body: { user: anna.userId, secret: [goodPassword] } });
  await stage.call('PUT', '/pin', { token: first.token, body: { pin: { is: secrets['personal PIN'] } } });
  await stage.call('POST', '/sessions', {
    body: `{"user": "x", "secret": "${goodPassword}`,
    headers: { 'content-type': 'application/json' },
  });
});

afterAll(() => stage.end());

describe('no secret that was ever issued or chosen', () => {
  // @rule SECURITY-ANSWERS
  test('stands in any row of the database, the outbox with its facts included', async () => {
    const rows = await everyRow(stage.client);
    expect(Object.keys(rows)).toEqual(
      expect.arrayContaining(['holder', 'pin', 'enrolment', 'password', 'outbox', 'access_account']),
    );
    for (const [table, texts] of Object.entries(rows)) {
      const text = texts.join('\n');
      for (const [what, secret] of Object.entries(secrets))
        expect({ table, what, found: text.includes(secret) }).toEqual({ table, what, found: false });
    }
    expect(rows['holder']?.join()).toContain('BNCNNA85T71F205P');
    expect(rows['password']?.join()).toContain('$argon2id$');
    expect(rows['security_answers']?.join()).toContain('$argon2id$');
  });

  test('stands in the log, and neither does who the person is', () => {
    const log = child.lines.join('\n');
    expect(log).toContain('/enrolments/:id/confirmation');
    const persons = {
      codiceFiscale: anna.codiceFiscale,
      surname: 'Bianchi',
      email: 'anna@posta.example',
      userId: anna.userId,
    };
    for (const [what, text] of Object.entries({ ...secrets, ...persons }))
      expect({ what, found: log.includes(text) }).toEqual({ what, found: false });
  });

  test('stands in a fact beside the names of what it is', async () => {
    const readings = (await stage.told('identity.readings.v1')).filter(({ key }) => key === 'notification');
    expect(readings.map(({ key, sequence, data }) => [key, sequence, data['what']])).toEqual([
      ['notification', 1, 'pin-half'],
      ['notification', 2, 'pin-half'],
      ['notification', 3, 'first-access-password'],
      ['notification', 4, 'first-access-password'],
    ]);
  });

  test('opens a door by its hash', async () => {
    const [{ hash } = { hash: '' }] = await stage.client.password.findMany();
    expect(hash).toMatch(/^\$argon2id\$/);
    expect((await signedIn(stage, anna.userId, hash)).status).toBe(401);
  });
});
