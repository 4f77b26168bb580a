import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { KeyRing, ServiceTokens } from '@recapito/platform';
import { newPair, owners, pairs, privateHalfOf, writeKeys } from '../bootstrap/key-pairs.mjs';
import { Refused } from '../command-line/index.ts';
import { revoke, rollOver } from './roll-over.ts';

const noon = new Date('2026-11-29T12:00:00Z');
const seconds = noon.getTime() / 1_000;

describe('the roll-over of a key', () => {
  let place: string;
  let folders: string[];
  /** The folder of a service. */
  const of = (service: string): string => join(place, service);
  /** A service as it runs all the time: its files are read again, it is not started again. */
  const running = (service: string, at: () => number) =>
    new ServiceTokens(service, new KeyRing(of(service), service, () => at() * 1_000), at);

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'recapito-keys-'));
    folders = owners.map(of);
    const made = pairs.map((pair) => ({ pair, ...newPair(pair) }));
    for (const folder of folders) {
      mkdirSync(folder);
      writeKeys(
        folder,
        made.map(({ key }) => key),
      );
    }
    for (const { pair, pem } of made) writeFileSync(join(of(pair.owner), privateHalfOf(pair)), pem, { mode: 0o600 });
  });

  afterEach(() => rmSync(place, { recursive: true }));

  // @rule AUTH-KEY-RETIRED
  test('goes on without a restart: what the old key signed is believed until it is over, and the new one signs', async () => {
    let now = seconds - 30;
    const [mailbox, identity] = [running('mailbox', () => now), running('identity', () => now)];
    const old = await mailbox.issue('identity');
    now = seconds;
    const { kid } = rollOver(folders, { owner: 'mailbox', purpose: 'service' }, noon);
    const fresh = await mailbox.issue('identity');
    expect(JSON.parse(Buffer.from(fresh.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({ kid });
    for (const token of [old, fresh]) expect(await identity.verify(token, {})).toMatchObject({ name: 'mailbox' });
  });

  test('touches the private half of its owner alone', () => {
    const others = pairs
      .filter(({ owner }) => owner !== 'mailbox')
      .map((pair) => join(of(pair.owner), privateHalfOf(pair)));
    const before = others.map((file) => readFileSync(file, 'utf8'));
    rollOver(folders, { owner: 'mailbox', purpose: 'service' }, noon);
    expect(others.map((file) => readFileSync(file, 'utf8'))).toEqual(before);
  });

  // @rule AUTH-KEY-RETIRED
  test('of a key in foreign hands ends with its revocation: what it signed is worth nothing at once', async () => {
    const identity = running('identity', () => seconds);
    const stolen = await running('mailbox', () => seconds).issue('identity');
    const kid = new KeyRing(of('mailbox'), 'mailbox').signing('service').kid;
    rollOver(folders, { owner: 'mailbox', purpose: 'service' }, noon);
    expect(await identity.verify(stolen, {})).toBeDefined();
    revoke(folders, kid);
    expect(await identity.verify(stolen, {})).toBeUndefined();
  });

  test('forgets keys that were retired a day before', () => {
    const known = () =>
      new KeyRing(of('identity'), 'identity').known().filter(({ owner }) => owner === 'mailbox').length;
    rollOver(folders, { owner: 'mailbox', purpose: 'service' }, noon);
    expect(known()).toBe(2);
    rollOver(folders, { owner: 'mailbox', purpose: 'service' }, new Date('2026-11-30T12:00:01Z'));
    expect(known()).toBe(2);
  });

  test('is refused for who has no pair, where the owner’s folder is not named, and for a key that nobody knows', () => {
    expect(() => rollOver(folders, { owner: 'operator', purpose: 'service' }, noon)).toThrow(Refused);
    expect(() => rollOver([of('identity')], { owner: 'mailbox', purpose: 'service' }, noon)).toThrow(
      'mailbox.service.key is in none of the folders',
    );
    expect(() => revoke(folders, 'none')).toThrow('no folder knows the key none');
  });
});
