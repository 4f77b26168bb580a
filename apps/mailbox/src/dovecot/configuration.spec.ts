import { describe, expect, test } from '@jest/globals';
import { certifiedAddress, parseCertifiedAddress } from '@recapito/primitives';
import { dovecotConfiguration, gateSettings } from './configuration.ts';
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

describe('the configuration of Dovecot', () => {
  const text = dovecotConfiguration({ ...settings, accounts: root });

  test('opens to mail clients by TLS only, and to the house on the loopback only', () => {
    expect(text).toContain('ssl = required');
    expect(text).toMatch(/listen = 0\.0\.0\.0/);
    expect(text.match(/port = 0/g)).toHaveLength(2);
    expect(text).toMatch(/inet_listener lmtp \{\n {4}address = 127\.0\.0\.1/);
    expect(text).toMatch(/inet_listener http \{\n {4}address = 127\.0\.0\.1/);
  });

  test('started by root changes its root folder where it can, by anybody else leaves that', () => {
    expect(text).not.toContain('chroot');
    expect(dovecotConfiguration({ ...settings, accounts: alone }).match(/chroot =$/gm)).toHaveLength(3);
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

test('the script learns the gate, its token and the homes as Lua texts, whatever is in them', () => {
  expect(gateSettings('http://127.0.0.1:4002/gate/log-ins', 'a"b\\c', store)).toBe(
    'local settings = {\n  gate = "http://127.0.0.1:4002/gate/log-ins",\n  token = "a\\"b\\\\c",\n  homes = "/srv/store/homes",\n}\n',
  );
});

test('a box lives in a folder of its domain, and its rights are those of its service and state', () => {
  expect(homeOf(certifiedAddress('Mario.Rossi@PostaCertificata.gov.it'))).toBe('postacertificata.gov.it/mario.rossi');
  expect(rightsFolder('cec-pac', 'read-only')).toBe('cec-pac/read-only');
});
