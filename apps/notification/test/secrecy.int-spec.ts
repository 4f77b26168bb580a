import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { derivedId } from '@recapito/primitives';
import { eventually, everyRow } from '@recapito/testing';
import type { SpecProcess } from '@recapito/testing';
import PostalMime from 'postal-mime';
import { communicationId } from '../src/domain/communication.ts';
import { everyRecord } from './every-word.ts';
import { IdentityProcess } from './identity-process.ts';
import { newAddressOf, oldAddressOf, Stage } from './stage.ts';

const stage = new Stage();
const move = randomUUID();
const announcement = communicationId('announcement', move, 1);

let identity: IdentityProcess;
let notification: SpecProcess;
/** What stands in the announcement and in the captured halves. */
let password = '';
let halves: string[] = [];

async function all(state: string, ids: readonly string[]): Promise<void> {
  const where = { id: { in: [...ids] }, state };
  const count = async () => expect(await stage.client.communication.count({ where })).toBe(ids.length);
  await eventually(count);
}

function capturedHalf(channel: string): string {
  const folder = join(stage.folder, 'captured', channel, 'RSSMRA80A01H501U');
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  return /half of the PIN: (\S{8})$/m.exec(texts.join('\n'))?.[1] ?? '';
}

/** One citizen, with the real identity: the PIN is issued and written, the move announced. */
beforeAll(async () => {
  identity = await IdentityProcess.open(stage);
  notification = await stage.openProcess({ RECAPITO_IDENTITY_URL: identity.url });
  await identity.enrol(stage, move);
  const pin = derivedId('pin', derivedId('holder', move), 'inps-trial');
  await all('delivered', [communicationId('pin-first-half', pin, 1), communicationId('pin-second-half', pin, 1)]);
  await stage.announce(move);
  await all('submitted', [announcement]);
  const { text = '' } = await PostalMime.parse(stage.certifiedMail.taken[0]?.bytes ?? '');
  password = /^First-access password: (\S{12})$/m.exec(text)?.[1] ?? '';
  halves = ['sms', 'posta'].map(capturedHalf);
});

afterAll(() => stage.end());

describe('what a citizen is told', () => {
  test('opens the first step: identity knows the password of the announcement', async () => {
    const signedIn = await eventually(async () => {
      const answer = await identity.signIn(newAddressOf(move), password);
      expect(answer.status).toBe(201);
      return answer;
    });
    expect(signedIn.scope).toBe('enrolment');
  });

  test('is the first PIN once both halves are put together', async () => {
    expect(await identity.signIn('RSSMRA80A01H501U', halves.join(''))).toEqual({ status: 201, scope: 'first-pin' });
  });
});

describe('a password and the halves of a PIN', () => {
  // @rule CREDENTIALS-ONLY-WRITTEN
  test('stand in no row, in no record of any topic and in no line of a log', async () => {
    const places: Record<string, string> = {
      rows: Object.values(await everyRow(stage.client))
        .flat()
        .join('\n'),
      records: await everyRecord(stage.namespace),
      'log of notification': notification.lines.join('\n'),
      'log of identity': identity.child.lines.join('\n'),
    };
    // What is searched is really there: each place names the move, or what it did for it.
    expect(places['rows']).toContain(oldAddressOf(move));
    expect(places['records']).toContain(announcement);
    expect(places['log of notification']).toContain('"message":"ready"');
    expect(password).toHaveLength(12);
    for (const secret of [password, ...halves, halves.join('')]) {
      expect(secret.length).toBeGreaterThanOrEqual(8);
      for (const [place, text] of Object.entries(places))
        expect([place, text.includes(secret)]).toEqual([place, false]);
    }
  });
});
