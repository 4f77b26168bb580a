import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sendingHeld, sessionsEnded } from '@recapito/contracts';
import { eventually } from '@recapito/testing';
import { communicationId } from '../src/domain/communication.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();
const box = 'rssmra80a01h501u@inpspec.gov.it';
const holder = '0b8e7c1e-5d3f-8a11-9c2d-7f0e6a5b4c3d';
const order = { codiceFiscale: '97000000017', name: 'Ordine di prova', email: 'segreteria@ordine.example' };

beforeAll(async () => {
  await stage.open(august);
});

afterAll(() => stage.end());

afterEach(() => {
  stage.identity.refuses = null;
});

/** Identity has ended the sessions of the holder of a box that is held. @returns the communication's id. */
async function ended(hold: string = randomUUID(), times = 1): Promise<string> {
  for (let time = 1; time <= times; time++)
    await stage.say(sessionsEnded, holder, { holder, hold, box, heldAt: august, channel: 'sms' }, august, time);
  return communicationId('sending-held', hold, 1);
}

async function reaches(id: string, state: string): Promise<void> {
  await eventually(async () => expect((await stage.row(id)).state).toBe(state));
}

const fileOf = (channel: string, whose: string, id: string) =>
  join(stage.folder, 'captured', channel, whose, `${id}.txt`);

// @rule ABUSE-TOLD-ELSEWHERE
describe('when a box is held for abuse', () => {
  test('its holder is told once by the way that identity chose, in both languages, by the time in Rome', async () => {
    const hold = randomUUID();
    const id = await ended(hold, 3);
    await reaches(id, 'delivered');
    const text = readFileSync(fileOf('sms', 'RSSMRA80A01H501U', id), 'utf8');
    expect(text).toMatch(/^\+39 333 0000001\n/);
    expect(text).toContain(`dal 2 agosto 2010 alle ore 09:00 gli invii dalla Sua casella ${box} sono sospesi`);
    expect(text).toContain(`since 2 August 2010 at 09:00 (Rome) sending from your mailbox ${box} is held`);
    expect(stage.identity.asked.filter((request) => request.includes(hold))).toEqual([
      `GET /holders/${holder}/contacts/sms?purpose=${hold}`,
    ]);
    expect((await stage.toldOf(id)).map(({ type, data }) => [type, data['kind'], data['channel']])).toEqual([
      ['communication-asked', 'sending-held', 'sms'],
      ['communication-delivered', 'sending-held', 'sms'],
    ]);
  });

  test('the Order on whose domain it is hears of it by e-mail, and of nobody’s secret or number', async () => {
    const hold = randomUUID();
    const about = { hold, box, holder, provider: 'INPS', queued: 0, order };
    const cause = { kind: 'messages', most: 5, minutes: 30 } as const;
    await stage.say(sendingHeld, hold, { ...about, cause }, august);
    const id = communicationId('sending-held-to-order', hold, 1);
    await reaches(id, 'delivered');
    const text = readFileSync(fileOf('email', order.codiceFiscale, id), 'utf8');
    expect(text).toMatch(/^segreteria@ordine\.example\n/);
    expect(text).toContain(`dal 2 agosto 2010 alle ore 09:00 gli invii dalla casella ${box} del Vostro dominio`);
    expect(text).not.toContain('333');
  });

  test('where there is no Order, nobody else is told', async () => {
    const [without, after] = [randomUUID(), randomUUID()];
    const cause = { kind: 'operator', operator: 'maria.bianchi', reason: 'segnalata' } as const;
    const about = { box, holder, provider: 'INPS', queued: 0, cause };
    await stage.say(sendingHeld, without, { ...about, hold: without, order: null }, august);
    await stage.say(sendingHeld, after, { ...about, hold: after, order }, august);
    await reaches(communicationId('sending-held-to-order', after, 1), 'delivered');
    expect(existsSync(fileOf('email', order.codiceFiscale, communicationId('sending-held-to-order', without, 1)))).toBe(
      false,
    );
  });

  test('a holder whom identity does not know is an operator’s task', async () => {
    stage.identity.refuses = 'holder/unknown';
    const id = await ended();
    await reaches(id, 'failed');
    expect((await stage.row(id)).reason).toBe('holder/unknown');
  });

  test('while identity is away it waits', async () => {
    stage.identity.faults = 2;
    await reaches(await ended(), 'delivered');
  });
});
