import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
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
import { august, Stage } from './stage.ts';
import type { Answer } from './stage.ts';

const stage = new Stage();
const unknown = 'nessuno@postacertificata.gov.it';

beforeAll(async () => {
  await stage.open(august, { RECAPITO_HASH_CALLS: '8', RECAPITO_HASH_PATIENCE_MS: '10000' });
  for (const who of [mario, otherMario, anna, gianfranco]) await announced(stage, who);
});

afterAll(() => stage.end());

async function check(
  who: Record<string, string>,
  service: string,
  secret: string,
  door = 'imap',
): Promise<Answer['body']> {
  const { status, body } = await stage.call('POST', '/password-checks', {
    as: 'mailbox',
    body: { ...who, service, secret, door },
  });
  expect(status).toBe(200);
  return body;
}

async function problemOf(user: string, secret: string): Promise<Record<string, unknown>> {
  const { status, body } = await signedIn(stage, user, secret);
  const { trace: _, ...problem }: Record<string, unknown> = { ...body };
  return { ...problem, answered: status };
}

describe('the INPS PIN', () => {
  // @rule INPS-PIN-CHANGE
  test('its first sixteen characters sign in with the codice fiscale, for nothing but the change', async () => {
    const pin = await firstPin(stage, mario.holder);
    expect(pin).toMatch(/^[A-HJ-NP-Z2-9]{16}$/);
    const { status, body } = await signedIn(stage, mario.codiceFiscale, pin);
    expect({ status, scope: body.scope, enrolment: body.enrolment }).toEqual({
      status: 201,
      scope: 'first-pin',
      enrolment: null,
    });
    const steps = await stage.call('GET', `/enrolments/${mario.move.move}`, { token: body.token });
    expect(steps.status).toBe(403);
  });

  test('open no mailbox, and the mail client is told why', async () => {
    const pin = await firstPin(stage, mario.holder);
    expect(await check({ address: mario.inpsAddress }, 'inps-trial', pin)).toMatchObject({
      outcome: 'refused',
      refused: 'pin/first-change-due',
      words: { it: 'Il primo PIN va cambiato nel portale prima di poter aprire la casella.' },
    });
  });

  // @rule BOX-SECRETS
  test('the personal PIN of eight opens the box by the address in any case, by the codice fiscale and by the holder', async () => {
    const { token } = (await signedIn(stage, mario.inpsAddress, await firstPin(stage, mario.holder))).body;
    expect((await stage.call('PUT', '/pin', { token, body: { pin: 'RSSMRA80' } })).body['type']).toBe(
      'pin/predictable',
    );
    expect((await stage.call('PUT', '/pin', { token, body: { pin: 'giallo42' } })).body).toEqual({ changed: true });
    const accepted = { outcome: 'accepted', holder: mario.holder };
    expect(await check({ address: mario.inpsAddress.toUpperCase() }, 'inps-trial', 'giallo42')).toEqual(accepted);
    expect(await check({ address: mario.codiceFiscale.toLowerCase() }, 'inps-trial', 'giallo42', 'pop3')).toEqual(
      accepted,
    );
    expect(await check({ holder: mario.holder }, 'inps-trial', 'giallo42', 'smtp')).toEqual(accepted);
  });

  // @rule SESSIONS-OF-BEFORE
  test('a session of the first PIN may repeat its change, and not make another; all other sessions are over', async () => {
    const [pin, stolen] = [await firstPinToken(), await firstPinToken()];
    expect((await stage.call('PUT', '/pin', { token: pin, body: { pin: 'verde777' } })).body).toEqual({
      changed: true,
    });
    // Another session of the first PIN learns nothing of what was chosen, also when it guesses right.
    for (const guess of ['verde777', 'viola888'])
      expect((await stage.call('PUT', '/pin', { token: stolen, body: { pin: guess } })).status).toBe(401);
    const facts = await stage.told('identity.accesses.v1', gianfranco.holder);
    expect(facts.filter(({ type }) => type === 'sessions-voided').map(({ data }) => data)).toEqual([
      { holder: gianfranco.holder, cause: 'pin-changed', kept: decodeJwt(pin).jti },
    ]);
    expect((await stage.call('PUT', '/pin', { token: pin, body: { pin: 'verde777' } })).body).toEqual({
      changed: false,
    });
    const other = await stage.call('PUT', '/pin', { token: pin, body: { pin: 'viola888' } });
    expect({ status: other.status, type: other.body['type'] }).toEqual({ status: 409, type: 'pin/already-changed' });
    const personal = (await signedIn(stage, gianfranco.codiceFiscale, 'verde777')).body;
    expect(personal.scope).toBe('pin');
    expect((await stage.call('PUT', '/pin', { token: personal.token, body: { pin: 'viola888' } })).body).toEqual({
      changed: true,
    });
  });

  // @rule INPS-PIN-CHANGE
  test('a session of a personal PIN changes that one, and ends all that were opened before', async () => {
    const change = async (token: string, pin: string) =>
      (await stage.call('PUT', '/pin', { token, body: { pin } })).body;
    const [own, stolen] = [await personalToken('viola888'), await personalToken('viola888')];
    expect(await change(own, 'ambra555')).toEqual({ changed: true });
    expect((await change(stolen, 'ladro111'))['type']).toBe('caller/unknown');
    expect(await change(own, 'perla444')).toEqual({ changed: true });
    expect(await change(await personalToken('perla444'), 'fumo6666')).toEqual({ changed: true });
  });

  async function personalToken(pin: string): Promise<string> {
    return (await signedIn(stage, gianfranco.codiceFiscale, pin)).body.token;
  }

  async function firstPinToken(): Promise<string> {
    return (await signedIn(stage, gianfranco.codiceFiscale, await firstPin(stage, gianfranco.holder))).body.token;
  }

  test('once changed, the first one opens nothing and its halves are given to nobody', async () => {
    const [pin] = await stage.client.pin.findMany({ where: { holderId: mario.holder } });
    const { status, body } = await stage.call('GET', `/pins/${pin?.id}/halves/1`, { as: 'notification' });
    expect({ status, type: body['type'] }).toEqual({ status: 409, type: 'pin/half-given' });
  });

  // @rule INPS-PIN-HALVES
  test('a half goes to its holder by its channel, the same each time, until it is said to be written', async () => {
    const [pin] = await stage.client.pin.findMany({ where: { holderId: anna.holder } });
    const half = async (number: number) =>
      await stage.call('GET', `/pins/${pin?.id}/halves/${number}`, { as: 'notification' });
    const first = await half(1);
    expect(first.body).toEqual({
      half: 1,
      channel: 'email',
      characters: expect.stringMatching(/^[A-HJ-NP-Z2-9]{8}$/),
      recipient: { codiceFiscale: 'BNCNNA85T71F205P', nome: 'Anna', cognome: 'Bianchi', contact: 'anna@posta.example' },
    });
    expect((await half(1)).body).toEqual(first.body);
    expect((await half(2)).body).toMatchObject({ channel: 'sportello', recipient: { contact: 'INPS Roma Centro' } });
    const written = async () =>
      (await stage.call('PUT', `/pins/${pin?.id}/halves/1/written`, { as: 'notification' })).status;
    expect([await written(), await written()]).toEqual([204, 204]);
    expect((await half(1)).body['type']).toBe('pin/half-given');
    expect((await half(2)).status).toBe(200);
    expect((await half(3)).status).toBe(400);
  });

  test('two persons whom one letter tells apart have two PINs, and neither opens the other’s box', async () => {
    const pin = await firstPin(stage, otherMario.holder);
    const { token } = (await signedIn(stage, otherMario.codiceFiscale, pin)).body;
    await stage.call('PUT', '/pin', { token, body: { pin: 'rosso555' } });
    expect(await check({ address: otherMario.inpsAddress }, 'inps-trial', 'rosso555')).toMatchObject({
      holder: otherMario.holder,
    });
    expect(await check({ address: otherMario.inpsAddress }, 'inps-trial', 'giallo42')).toMatchObject({
      outcome: 'refused',
    });
    expect(await check({ address: mario.inpsAddress }, 'inps-trial', 'rosso555')).toMatchObject({ outcome: 'refused' });
  });
});

describe('the new box', () => {
  // @rule BOX-SECRETS
  test('opens with the chosen password once confirmed; the first-access password and the PIN never open it', async () => {
    const enrolment = await announced(stage, anna);
    const first = await firstAccessPassword(stage, enrolment);
    const box = { address: anna.userId };
    expect(await check(box, 'cec-pac', first)).toMatchObject({ outcome: 'refused', refused: 'access/denied' });
    const { token } = (await signedIn(stage, anna.userId, first)).body;
    for (const name of laterSteps.slice(0, 3)) await step(stage, enrolment, token, name);
    expect(await check(box, 'cec-pac', goodPassword)).toMatchObject({
      outcome: 'refused',
      refused: 'enrolment/not-confirmed',
    });
    await step(stage, enrolment, token, 'confirmation');
    expect(await check(box, 'cec-pac', goodPassword)).toEqual({ outcome: 'accepted', holder: anna.holder });
    expect(await check({ address: anna.inpsAddress }, 'inps-trial', goodPassword)).toMatchObject({
      outcome: 'refused',
    });
    expect(await check({ address: anna.codiceFiscale }, 'cec-pac', goodPassword)).toMatchObject({ outcome: 'refused' });
  });
});

describe('a failed log-in', () => {
  // @rule ACCESS-SAME-WORDS
  test('has one answer, whether the name, the password or the PIN is wrong', async () => {
    const wrong = await problemOf(anna.userId, 'sbagliata-davvero');
    expect(wrong).toEqual({
      answered: 401,
      type: 'access/denied',
      title: 'Occorre farsi riconoscere',
      status: 401,
      detail: 'Nome utente, password o PIN non validi.',
      rule: 'ACCESS-SAME-WORDS',
    });
    expect(await problemOf(unknown, 'sbagliata-davvero')).toEqual(wrong);
    expect(await problemOf(gianfranco.userId, 'sbagliata-davvero')).toEqual(wrong);
    expect(await problemOf('VRDGLI90E43Z112U', 'sbagliata-davvero')).toEqual(wrong);
    expect(await problemOf('non è un nome', 'sbagliata-davvero')).toEqual(wrong);
  });

  test('costs one hash each time, also where there is nothing to compare with', async () => {
    const hashes = async () => (await stage.rehearsalState()).counters['hashes.computed'] ?? 0;
    for (const name of [unknown, gianfranco.userId, mario.codiceFiscale, otherMario.userId]) {
      const before = await hashes();
      await problemOf(name, 'sbagliata-davvero');
      expect({ name, hashes: (await hashes()) - before }).toEqual({ name, hashes: 1 });
    }
  });

  test('of a holder is told as a fact with its door, and never with what was typed', async () => {
    const facts = await stage.told('identity.accesses.v1', otherMario.holder);
    expect(facts.map(({ sequence }) => sequence)).toEqual(facts.map((_, index) => index + 1));
    expect(facts.at(-1)).toMatchObject({
      type: 'access-tried',
      time: august,
      data: { holder: otherMario.holder, door: 'portal', address: otherMario.userId, outcome: 'refused' },
    });
  });
});
