import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@recapito/testing';
import { communicationId } from '../src/domain/communication.ts';
import { pinHalves } from './identity-stand-in.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();

beforeAll(async () => {
  await stage.open(august);
});

afterAll(() => stage.end());

afterEach(() => {
  stage.identity.refuses = null;
});

const halvesOf = (pin: string) => [
  communicationId('pin-first-half', pin, 1),
  communicationId('pin-second-half', pin, 1),
];

async function bothReach(pin: string, state: string): Promise<void> {
  await eventually(async () => {
    const rows = await Promise.all(halvesOf(pin).map((id) => stage.row(id)));
    expect(rows.map((row) => row.state)).toEqual([state, state]);
  });
}

/** What a channel has captured for Mario Rossi under a communication. */
function captured(channel: string, id: string): string {
  return readFileSync(join(stage.folder, 'captured', channel, 'RSSMRA80A01H501U', `${id}.txt`), 'utf8');
}

describe('a PIN that identity issues', () => {
  test('reaches its holder in two halves by two channels, each in both languages', async () => {
    const pin = randomUUID();
    await stage.issuePin(pin);
    await bothReach(pin, 'delivered');
    const [first = '', second = ''] = halvesOf(pin);
    const message = captured('sms', first);
    expect(message).toMatch(/^\+39 333 0000001\n/);
    expect(message).toMatch(/^Prima metà del PIN: a7Kq2Wm9$/m);
    expect(message).toMatch(/^First half of the PIN: a7Kq2Wm9$/m);
    expect(message).not.toContain(pinHalves[1]);
    const letter = captured('posta', second);
    expect(letter).toMatch(/^Via Roma 1, Roma\n/);
    expect(letter).toMatch(/^Seconda metà del PIN: x4Tz8Rb5$/m);
    expect(letter).not.toContain(pinHalves[0]);
  });

  test('is told to identity as written only after it is, and goes through every state', async () => {
    const pin = randomUUID();
    await stage.issuePin(pin);
    await bothReach(pin, 'delivered');
    const asked = stage.identity.asked.filter((request) => request.includes(pin) && request.includes('halves/1'));
    expect(asked).toEqual([`GET /pins/${pin}/halves/1`, `PUT /pins/${pin}/halves/1/written`]);
    const told = await stage.toldOf(halvesOf(pin)[0] ?? '');
    expect(told.map(({ type }) => type)).toEqual([
      'communication-asked',
      'communication-submitted',
      'communication-delivered',
    ]);
  });

  test('is written once, however often it is heard of', async () => {
    const pin = randomUUID();
    const holder = randomUUID();
    for (let time = 0; time < 3; time++) await stage.issuePin(pin, holder);
    await bothReach(pin, 'delivered');
    expect(stage.identity.asked.filter((request) => request === `GET /pins/${pin}/halves/2`)).toHaveLength(1);
    const names = readdirSync(join(stage.folder, 'captured', 'posta', 'RSSMRA80A01H501U'));
    expect(names.filter((name) => name.includes(halvesOf(pin)[1] ?? 'none'))).toHaveLength(1);
  });

  test('is not written any more when the holder has changed it', async () => {
    stage.identity.refuses = 'pin/half-given';
    const pin = randomUUID();
    await stage.issuePin(pin);
    await bothReach(pin, 'abandoned');
  });
});
