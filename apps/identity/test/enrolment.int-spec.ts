import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  annaBianchi,
  announced,
  citizen,
  firstAccessPassword,
  goodPassword,
  laterSteps,
  mario,
  signedIn,
  step,
} from './people.ts';
import { august, bound, Stage } from './stage.ts';

/** The id of the first-access key of specs, 32 bytes 0f: the beginning of its SHA-256, by sha256sum. */
const keyOfSpecs = '9b68d49bb092f712';

const stage = new Stage();
let enrolment: string;
let password: string;

beforeAll(async () => {
  await stage.open(august);
  enrolment = await announced(stage, mario);
});

afterAll(() => stage.end());

describe('a move that was planned', () => {
  // @rule INPS-PIN-ISSUED INPS-RECOGNITION
  test('registers the holder with the evidence of INPS, issues the PIN and opens the enrolment, in this order', async () => {
    const facts = await stage.told('identity.holders.v1', mario.holder);
    expect(facts.map(({ type, sequence, data }) => ({ type, sequence, data }))).toEqual([
      { type: 'holder-registered', sequence: 1, data: { holder: mario.holder, move: mario.move.move } },
      {
        type: 'holder-recognised',
        sequence: 2,
        data: {
          holder: mario.holder,
          origin: 'inps',
          office: 'INPS Roma Centro',
          operator: 'OP-17',
          date: '2010-03-10',
        },
      },
      {
        type: 'pin-issued',
        sequence: 3,
        data: {
          holder: mario.holder,
          pin: expect.any(String),
          halves: [
            { half: 1, channel: 'sms' },
            { half: 2, channel: 'posta' },
          ],
          keyId: keyOfSpecs,
        },
      },
      {
        type: 'enrolment-opened',
        sequence: 4,
        data: {
          holder: mario.holder,
          enrolment,
          move: mario.move.move,
          campaign: 'inps-2010',
          target: 'cec-pac',
          generation: 1,
          until: 1284588000000,
          keyId: keyOfSpecs,
        },
      },
    ]);
  });

  // @rule INPS-PIN-ISSUED
  test('planned again, under the same id or another, changes nothing', async () => {
    const before = await stage.told('identity.holders.v1');
    await stage.plan(mario.move);
    await stage.plan(mario.move);
    const anna = citizen(annaBianchi, 'anna.bianchi@postacertificata.gov.it');
    await stage.plan(anna.move);
    expect(await stage.told('identity.holders.v1', mario.holder)).toEqual(
      before.filter(({ key }) => key === mario.holder),
    );
    expect(await stage.client.holder.count()).toBe(2);
    expect(await stage.client.recognition.count()).toBe(2);
    expect(await stage.client.pin.count()).toBe(2);
  });
});

describe('the six steps', () => {
  test('before the password was given out nobody can sign in with it', async () => {
    const { status, body } = await signedIn(stage, mario.userId, 'ABCDEFGH2345');
    expect({ status, type: body.type }).toEqual({
      status: 401,
      type: 'access/denied',
    });
  });

  test('the password of the announcement opens the second step, however it is typed', async () => {
    password = await firstAccessPassword(stage, enrolment);
    expect(password).toMatch(/^[A-HJ-NP-Z2-9]{12}$/);
    expect(await firstAccessPassword(stage, enrolment)).toBe(password);
    const typed = `${password.slice(0, 4)}-${password.slice(4).toLowerCase()} `;
    const { status, body } = await signedIn(stage, 'Mario.Rossi@PostaCertificata.gov.it', typed);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      holder: mario.holder,
      scope: 'enrolment',
      expiresInSeconds: 900,
      enrolment: { enrolment, state: 'signed-in', next: 'change-password', until: bound, confirmedAt: null },
    });
  });

  test('a later step without a session is answered 401', async () => {
    const { status, body } = await stage.call('PUT', `/enrolments/${enrolment}/confirmation`);
    expect({ status, type: body['type'] }).toEqual({ status: 401, type: 'caller/unknown' });
  });

  test('a step out of order is refused in the language of the reader and names the missing one', async () => {
    const { token } = (await signedIn(stage, mario.userId, password)).body;
    const call = async (language: string) =>
      await stage.call('PUT', `/enrolments/${enrolment}/confirmation`, {
        token,
        headers: { 'accept-language': language },
      });
    const italian = await call('it');
    expect(italian.status).toBe(409);
    expect(italian.body).toMatchObject({
      type: 'enrolment/step-out-of-order',
      rule: 'ENROLMENT-STEPS',
      detail: 'I passi vanno compiuti nell’ordine: manca il cambio della password.',
      details: { missing: 'change-password', step: 3 },
    });
    expect((await call('en')).body['detail']).toBe(
      'The steps are taken in their order: still missing is changing the password.',
    );
  });

  test('in their order they lead to the confirmation, each tells its fact, and each repeated changes nothing', async () => {
    const { token } = (await signedIn(stage, mario.userId, password)).body;
    for (const name of laterSteps) {
      const first = await step(stage, enrolment, token, name);
      expect({ name, status: first.status, changed: first.body['changed'] }).toEqual({
        name,
        status: 200,
        changed: true,
      });
      const again = await step(stage, enrolment, token, name);
      expect({ name, status: again.status, changed: again.body['changed'] }).toEqual({
        name,
        status: 200,
        changed: false,
      });
    }
    const facts = (await stage.told('identity.holders.v1', mario.holder)).slice(4);
    expect(facts.map(({ type, sequence, data }) => [type, sequence, data['step']])).toEqual([
      ['enrolment-step-done', 5, 2],
      ['enrolment-step-done', 6, 3],
      ['enrolment-step-done', 7, 4],
      ['enrolment-step-done', 8, 5],
      ['enrolment-confirmed', 9, undefined],
    ]);
    expect(facts.at(-1)).toMatchObject({ time: august, data: { confirmedAt: august } });
  });

  // @rule TERMS-EVIDENCE
  test('what was accepted is kept with its version, hash and instant, and cannot be rewritten', async () => {
    const kept = await stage.client.termsAcceptance.findMany({ orderBy: { document: 'asc' } });
    expect(kept).toEqual([
      {
        enrolmentId: enrolment,
        document: 'contratto',
        version: '2010-08-01',
        language: 'it',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        acceptedAt: new Date('2010-08-02T07:00:00Z'),
      },
      expect.objectContaining({ document: 'informativa-privacy', version: '2010-08-01', language: 'it' }),
    ]);
    await expect(stage.client.termsAcceptance.updateMany({ data: { version: 'altra' } })).rejects.toThrow();
    await expect(stage.client.recognition.deleteMany()).rejects.toThrow();
  });

  // @rule FIRST-ACCESS-UNTIL-CHANGED
  test('the first-access password is spent by the change, and answers as any wrong one', async () => {
    const { status, body } = await signedIn(stage, mario.userId, password);
    expect({ status, type: body.type }).toEqual({
      status: 401,
      type: 'access/denied',
    });
    expect((await signedIn(stage, mario.userId, goodPassword)).status).toBe(201);
  });

  test('nobody sees or confirms the enrolment of somebody else', async () => {
    const anna = citizen(annaBianchi, 'anna.bianchi@postacertificata.gov.it');
    const hers = await announced(stage, anna);
    const { token } = (await signedIn(stage, mario.userId, goodPassword)).body;
    expect((await stage.call('GET', `/enrolments/${hers}`, { token })).status).toBe(404);
    expect((await step(stage, hers, token, 'confirmation')).body['type']).toBe('enrolment/unknown');
  });
});
