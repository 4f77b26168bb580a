import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { lackingIn } from './production.ts';

type Settings = Parameters<typeof lackingIn>[0];

const secrets = mkdtempSync(join(tmpdir(), 'recapito-secrets-'));
afterAll(() => rmSync(secrets, { recursive: true }));

const whole: Settings = {
  secrets,
  antivirus: 'clamd',
  clamdPort: 3310,
  timeSources: [{ host: 'tempo.example', port: 123 }],
  specialAddresses: 'refuse',
  lmtpCa: 'PEM',
  lmtpProtectedBy: undefined,
};

test('production with antivirus, time sources and TLS to the mail store lacks nothing', () => {
  expect(lackingIn(whole)).toEqual([]);
});

// @rule VIRUS-PRODUCTION
test('all that it lacks is said at once', () => {
  const bare = { clamdPort: undefined, timeSources: undefined, specialAddresses: 'allow', lmtpCa: undefined } as const;
  const names = lackingIn({ ...whole, ...bare }).map((line) => line.split(':')[0]);
  expect(names).toEqual([
    'RECAPITO_CLAMD_PORT',
    'RECAPITO_TIME_SOURCES',
    'RECAPITO_SPECIAL_ADDRESSES',
    'RECAPITO_LMTP_CA_FILE',
  ]);
});

// @rule VIRUS-PRODUCTION
test('it goes without an antivirus, or without TLS to the mail store, when the settings say so in words', () => {
  expect(lackingIn({ ...whole, antivirus: 'none', clamdPort: undefined })).toEqual([]);
  expect(lackingIn({ ...whole, lmtpCa: undefined, lmtpProtectedBy: 'mesh' })).toEqual([]);
});

// @rule REHEARSAL-SETTINGS
test('the keys of a development authority and of its index are no provider’s', () => {
  const providers = join(secrets, 'providers');
  mkdirSync(providers);
  for (const name of ['authority.pem', 'inps.key', 'smtp.key', 'authority.key', 'index-keeper.key'])
    writeFileSync(join(providers, name), '');
  const [authority, keeper, ...others] = lackingIn(whole);
  expect(authority).toMatch(/^RECAPITO_SECRETS: providers\/authority\.key /);
  expect(keeper).toMatch(/^RECAPITO_SECRETS: providers\/index-keeper\.key /);
  expect(others).toEqual([]);
});
