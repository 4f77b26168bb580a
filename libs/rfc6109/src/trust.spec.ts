import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { after, parseInstant } from '@recapito/primitives';
import { readRevocationList, revocationListAddresses } from './authority.ts';
import {
  issueAuthority,
  issueProviderCertificate,
  issueRevocationList,
  makeAuthority,
} from './development-authority.ts';
import type { Credential, Validity } from './development-authority.ts';
import { trustIn } from './trust.ts';

const always: Validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
const at = parseInstant('2014-06-01T12:00:00Z');
const hour = 3_600_000;
const provider = { name: 'Gestore', address: 'posta-certificata@gestore.example' };
const x509 = ({ certificate }: Credential) => new X509Certificate(certificate);

let root: Credential;
let middle: Credential;
let signer: Credential;
const lists: { root: Buffer; middle: Buffer } = { root: Buffer.alloc(0), middle: Buffer.alloc(0) };

beforeAll(async () => {
  root = await makeAuthority('Radice', always);
  middle = await issueAuthority(root, 'Intermedia', always);
  signer = await issueProviderCertificate(middle, provider, always, { listAt: 'http://crl.example/middle.crl' });
  lists.root = await issueRevocationList(root, always);
  lists.middle = await issueRevocationList(middle, always);
});

const rootKnown = () => ({ certificate: root.certificate, crl: lists.root });
const middleKnown = () => ({ certificate: middle.certificate, crl: lists.middle });

// @rule INCOMING-CHAIN
describe('a certificate below two authorities', () => {
  test('is believed by the chain to the root, and by the intermediate alone where only that is known', async () => {
    expect((await trustIn([rootKnown(), middleKnown()]))(x509(signer), at)).toBeNull();
    expect((await trustIn([middleKnown()]))(x509(signer), at)).toBeNull();
    expect((await trustIn([rootKnown()]))(x509(signer), at)?.refused).toBe('signature/untrusted');
  });

  test('is not believed when the root has revoked the intermediate', async () => {
    const crl = await issueRevocationList(root, always, [{ certificate: middle.certificate, at }]);
    const trust = await trustIn([{ certificate: root.certificate, crl }, middleKnown()]);
    expect(trust(x509(signer), at)?.refused).toBe('signature/revoked');
    expect(trust(x509(signer), after(at, -1))).toBeNull();
  });

  test('is not believed below an authority that may have none below it', async () => {
    const last = await issueAuthority(root, 'Ultima', always, 0);
    const below = await issueAuthority(last, 'Oltre', always);
    const issued = await issueProviderCertificate(below, provider, always);
    const known = await Promise.all(
      [root, last, below].map(async (each) => ({
        certificate: each.certificate,
        crl: await issueRevocationList(each, always),
      })),
    );
    expect((await trustIn(known))(x509(issued), at)?.refused).toBe('signature/untrusted');
    const direct = await issueProviderCertificate(last, provider, always);
    expect((await trustIn(known))(x509(direct), at)).toBeNull();
  });
});

describe('an authority', () => {
  test('that is renewed overlaps with the one before: what either has issued is believed', async () => {
    const old = await makeAuthority('Radice', { ...always, until: parseInstant('2015-01-01T00:00:00Z') });
    const renewed = await makeAuthority('Radice', { ...always, from: parseInstant('2014-01-01T00:00:00Z') });
    const known = await Promise.all(
      [old, renewed].map(async (each) => ({
        certificate: each.certificate,
        crl: await issueRevocationList(each, always),
      })),
    );
    const trust = await trustIn(known);
    const [before, since] = [
      await issueProviderCertificate(old, provider, always),
      await issueProviderCertificate(renewed, provider, always),
    ];
    expect([before, since].map((each) => trust(x509(each), at))).toEqual([null, null]);
    const later = parseInstant('2016-01-01T00:00:00Z');
    expect([before, since].map((each) => trust(x509(each), later)?.refused)).toEqual(['signature/expired', undefined]);
  });

  test('is none when its certificate is a provider’s', async () => {
    await expect(trustIn([{ certificate: signer.certificate, crl: 'none' }])).rejects.toThrow(
      'not that of an authority',
    );
  });

  test('signs no messages itself', async () => {
    const trust = await trustIn([rootKnown(), middleKnown()]);
    expect(trust(x509(middle), at)?.refused).toBe('signature/untrusted');
  });

  test('has to have signed its list', async () => {
    const known = { certificate: root.certificate, crl: lists.middle };
    await expect(trustIn([known])).rejects.toThrow('is not signed by its authority');
  });
});

// @rule INCOMING-CHAIN
describe('a revocation list', () => {
  const ended: Validity = { from: parseInstant('2006-01-01T00:00:00Z'), until: parseInstant('2006-02-01T00:00:00Z') };
  const due = parseInstant('2006-02-01T00:00:00Z');

  test('that ended in 2006 is not believed in 2014, and for as long as it may be late it is', async () => {
    const crl = await issueRevocationList(middle, ended);
    const trust = await trustIn([{ certificate: middle.certificate, crl, lateMs: 72 * hour }]);
    expect(trust(x509(signer), at)?.refused).toBe('signature/revocation-unknown');
    expect(trust(x509(signer), after(due, 72 * hour))).toBeNull();
    expect(trust(x509(signer), after(due, 72 * hour + 1))?.refused).toBe('signature/revocation-unknown');
  });

  test('is believed about what it has revoked, however late it is', async () => {
    const crl = await issueRevocationList(middle, ended, [{ certificate: signer.certificate, at: due }]);
    const trust = await trustIn([{ certificate: middle.certificate, crl, lateMs: 72 * hour }]);
    expect(trust(x509(signer), at)?.refused).toBe('signature/revoked');
  });

  test('that is not there leaves the question open, unless the authority has none', async () => {
    const [missing, none] = [
      await trustIn([{ certificate: middle.certificate, crl: null }]),
      await trustIn([{ certificate: middle.certificate, crl: 'none' }]),
    ];
    expect(missing(x509(signer), at)?.refused).toBe('signature/revocation-unknown');
    expect(none(x509(signer), at)).toBeNull();
  });

  test('says when the next one is due', async () => {
    const list = await readRevocationList(await issueRevocationList(middle, ended), middle.certificate);
    expect(list).toEqual({ thisUpdate: parseInstant('2006-01-01T00:00:00Z'), nextUpdate: due, revoked: new Map() });
  });

  test('is found at the address that a certificate names', () => {
    expect(revocationListAddresses(x509(signer))).toEqual(['http://crl.example/middle.crl']);
    expect(revocationListAddresses(x509(middle))).toEqual([]);
  });
});
