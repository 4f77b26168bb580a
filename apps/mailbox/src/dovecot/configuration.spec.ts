import { describe, expect, test } from '@jest/globals';
import { certifiedAddress, parseCertifiedAddress } from '@recapito/primitives';
import { dovecotConfiguration, gateSettings } from './configuration.ts';
import { dovecotVersions } from './dovecot-settings.ts';
import { dovecotVersionOf } from './dovecot-version.ts';
import { homeOf, rightsFolder, storeFolder } from './store-folder.ts';

const store = storeFolder('/srv/store');
const settings = {
  store,
  run: '/run/rcp',
  host: '0.0.0.0',
  ports: { imaps: 4993, pop3s: 4995, lmtp: 4024, doveadm: 4996 },
  certificate: '/srv/store/tls-certificate.pem',
  key: '/srv/store/tls-key.pem',
  doveadmKey: 'secret',
};
const root = {
  privileged: true,
  mail: { user: 'mail', group: 'mail' },
  internal: { user: 'dovecot', group: 'dovecot' },
  login: 'dovenull',
};
const somebody = { user: 'ada', group: 'ada' };
const alone = { privileged: false, mail: somebody, internal: somebody, login: 'ada' };

describe.each(dovecotVersions)('the configuration of Dovecot %s', (version) => {
  const text = dovecotConfiguration({ ...settings, version, accounts: root });

  test('opens to mail clients by TLS only, and to the house on the loopback only', () => {
    expect(text).toContain('ssl = required');
    expect(text).toMatch(/listen = 0\.0\.0\.0/);
    expect(text.match(/port = 0/g)).toHaveLength(2);
    expect(text).toMatch(/inet_listener lmtp \{\n {4}(address|listen) = 127\.0\.0\.1/);
    expect(text).toMatch(/inet_listener http \{\n {4}(address|listen) = 127\.0\.0\.1/);
  });

  test('started by root changes its root folder where it can, by anybody else leaves that', () => {
    expect(text).not.toContain('chroot');
    expect(dovecotConfiguration({ ...settings, version, accounts: alone }).match(/chroot =$/gm)).toHaveLength(3);
  });

  test('cuts no address: what stands before the id of a delivery is no character of one', () => {
    expect(text).toContain('\nrecipient_delimiter = :\n');
    expect(parseCertifiedAddress('ufficio:protocollo@pec.comune.example')).toMatchObject({
      refused: 'address/malformed',
    });
  });

  test('names no box and no person', () => {
    expect(text).not.toMatch(/[a-z0-9]@[a-z0-9]/i);
  });
});

test('the version is told by the program itself, and any other is none of ours', () => {
  expect(dovecotVersionOf('2.3.19.1 (9b53102964)')).toBe('2.3');
  expect(dovecotVersionOf('2.4.1-4 (7d8c0e5759)')).toBe('2.4');
  expect(dovecotVersionOf('2.40.1')).toBeUndefined();
  expect(dovecotVersionOf('')).toBeUndefined();
});

test('the script learns the version, the gate, its token and the homes as Lua texts, whatever is in them', () => {
  const gate = 'http://127.0.0.1:4002/gate/log-ins';
  expect(gateSettings({ version: '2.4', gate, token: 'a"b\\c', store })).toBe(
    'local settings = {\n  version = "2.4",\n  gate = "http://127.0.0.1:4002/gate/log-ins",\n  token = "a\\"b\\\\c",\n  homes = "/srv/store/homes",\n}\n',
  );
});

test('a box lives in a folder of its domain, and its rights are those of its service and state', () => {
  expect(homeOf(certifiedAddress('Mario.Rossi@PostaCertificata.gov.it'))).toBe('postacertificata.gov.it/mario.rossi');
  expect(rightsFolder('cec-pac', 'read-only')).toBe('cec-pac/read-only');
});
