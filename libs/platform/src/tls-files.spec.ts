import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { twoAuthorities } from '@recapito/testing';
import type { TwoAuthorities } from '@recapito/testing';
import { SettingFiles, tlsOf } from './tls-files.ts';

let authorities: TwoAuthorities;
let folder: string;
const of = (whose: 'own' | 'foreign', file: string) => readFileSync(join(authorities[whose], file), 'utf8').trim();
const path = (name: string) => join(folder, name);
const lay = (name: string, text: string) => writeFileSync(path(name), `${text}\n`);

beforeAll(async () => {
  Logger.overrideLogger(false);
  authorities = await twoAuthorities();
  folder = mkdtempSync(join(tmpdir(), 'recapito-tls-'));
}, 60_000);

afterAll(() => {
  authorities.remove();
  rmSync(folder, { recursive: true });
});

// @rule TLS-FILES
describe('what a client believes and shows over TLS', () => {
  test('follows its files from the next connection on', () => {
    lay('ca', of('own', 'ca.pem'));
    const settingFiles = new SettingFiles({ httpCa: path('ca') });
    const tls = tlsOf({ httpCa: of('own', 'ca.pem'), settingFiles }, { ca: 'httpCa' });
    const options = tls?.options;
    expect(options).toEqual({ ca: of('own', 'ca.pem') });
    lay('ca', of('foreign', 'ca.pem'));
    // A client that keeps its options copies them when it connects.
    expect({ ...options }).toEqual({ ca: of('foreign', 'ca.pem') });
    expect(settingFiles.check()).toEqual({ state: 'ok' });
    for (const useless of ['', 'niente']) {
      lay('ca', useless);
      expect(tls?.texts).toEqual({ ca: of('foreign', 'ca.pem') });
      expect(settingFiles.check().state).toBe('degraded');
    }
  });

  test('stays as it was while a certificate and its key do not go together, or a file holds none, and that is a finding', () => {
    const names = { cert: 'kafkaCertificate', key: 'kafkaKey' } as const;
    const own = { kafkaCertificate: of('own', 'mailbox.pem'), kafkaKey: of('own', 'mailbox.key') };
    lay('cert', own.kafkaCertificate);
    lay('key', own.kafkaKey);
    const settingFiles = new SettingFiles({ kafkaCertificate: path('cert'), kafkaKey: path('key') });
    const tls = tlsOf({ ...own, settingFiles }, names);
    const before = { cert: own.kafkaCertificate, key: own.kafkaKey };
    lay('cert', of('foreign', 'mailbox.pem'));
    expect(tls?.texts).toEqual(before);
    expect(settingFiles.check()).toMatchObject({
      state: 'degraded',
      reason: expect.stringMatching(/key values mismatch/),
    });
    lay('key', of('foreign', 'mailbox.key'));
    expect(tls?.texts).toEqual({ cert: of('foreign', 'mailbox.pem'), key: of('foreign', 'mailbox.key') });
    expect(settingFiles.check()).toEqual({ state: 'ok' });
    rmSync(path('key'));
    expect(tls?.texts.key).toBe(of('foreign', 'mailbox.key'));
    expect(settingFiles.check()).toMatchObject({ state: 'degraded', reason: expect.stringMatching(/ENOENT/) });
  });

  test('is what was said where it stands in no file, and nothing where nothing was said', () => {
    expect(tlsOf({ httpCa: of('own', 'ca.pem') }, { ca: 'httpCa' })?.texts).toEqual({ ca: of('own', 'ca.pem') });
    expect(tlsOf({ httpCa: undefined }, { ca: 'httpCa' })).toBeUndefined();
  });
});
