import { beforeAll, describe, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { after, isRefusal } from '@recapito/primitives';
import { at, entry, hashOf, receiver, sender, twoProviders, validity } from '../test/example.ts';
import {
  issueKeeperCertificate,
  issueProviderCertificate,
  issueRevocationList,
  makeAuthority,
  openIndexFile,
  providerIndex,
  readIndex,
  signer,
  signIndexFile,
  trustIn,
  writeIndex,
} from './index.ts';
import type { ProviderEntry, Signer } from './index.ts';

let providers: Awaited<ReturnType<typeof twoProviders>>;
let successor: string;
let entries: ProviderEntry[];

beforeAll(async () => {
  providers = await twoProviders();
  const address = `posta-certificata@${sender.domain}`;
  const next = await issueProviderCertificate(providers.authority, { name: sender.name, address }, validity);
  successor = next.certificate;
  const trial = { name: receiver.name, address: 'posta-certificata@prova.altrogestore.example' };
  const { certificate: ofTrial } = await issueProviderCertificate(providers.authority, trial, validity);
  const overlapping = entry(sender, providers.credentials.sender.certificate, ['posta.gestore.example']);
  const both = [...overlapping.providerCertificate, base64Of(successor)];
  entries = [
    { ...overlapping, providerCertificate: both, LDIFLocationURL: 'https://gestore.example/igpec.p7m' },
    { ...entry(receiver, providers.credentials.receiver.certificate, ['pec.comune.example']), description: 'Città' },
    {
      ...entry(receiver, ofTrial, ['prova.altrogestore.example']),
      providerUnit: 'Ambiente di prova, secondo',
    },
  ];
});

describe('the index as LDIF', () => {
  test('has the names, classes and attributes of RFC 6109 section 4.5', () => {
    const lines = writeIndex(entries).toString('utf8').replaceAll('\n ', '').split('\n');
    expect(lines.slice(0, 15)).toEqual([
      'version: 1',
      '',
      'dn: o=postacert',
      'objectClass: top',
      'objectClass: organization',
      'o: postacert',
      '',
      'dn: providerName=Gestore Esempio S.p.A.,o=postacert',
      'objectClass: top',
      'objectClass: provider',
      'objectClass: LDIFLocationURLObject',
      'providerName: Gestore Esempio S.p.A.',
      'mailReceipt: ricevute@posta.gestore.example',
      'managedDomains: posta.gestore.example',
      `providerCertificateHash: ${hashOf(providers.credentials.sender.certificate).toUpperCase()}`,
    ]);
    expect(lines).toContain(`providerCertificateHash: ${hashOf(successor).toUpperCase()}`);
    expect(lines).toContain(`providerCertificate;binary:: ${base64Of(successor)}`);
    expect(lines).toContain('LDIFLocationURL: https://gestore.example/igpec.p7m');
    expect(lines).toContain('description:: Q2l0dMOg');
    expect(lines).toContain(
      'dn: providerUnit=Ambiente di prova\\, secondo,providerName=Altro Gestore S.p.A.,o=postacert',
    );
  });

  test('comes back as it was written', () => {
    expect(readIndex(writeIndex(entries))).toEqual(entries);
  });

  test('is looked up by any of a provider’s certificates, and by the domains of each environment', () => {
    const read = readIndex(writeIndex(entries));
    const index = providerIndex(isRefusal(read) ? [] : read);
    const { sender: old } = providers.credentials;
    for (const certificate of [old.certificate, successor])
      expect(index.certificateNamed(hashOf(certificate))?.provider.providerName).toBe('Gestore Esempio S.p.A.');
    expect(index.providerOf('x@PROVA.altrogestore.example')?.providerUnit).toBe('Ambiente di prova, secondo');
    expect(index.providerOf('x@pec.comune.example')?.providerUnit).toBeUndefined();
  });

  test('is matched without regard to case', () => {
    const text = writeIndex(entries)
      .toString('utf8')
      .replace(/^(providerCertificateHash: )(.*)$/gm, (_, name: string, hash: string) => name + hash.toLowerCase())
      .replaceAll('objectClass: provider', 'OBJECTCLASS: Provider')
      .replace('managedDomains: posta', 'manageddomains: POSTA');
    expect(readIndex(Buffer.from(text))).toEqual(entries);
  });

  // @rule INDEX-ENTRY INDEX-HASH INDEX-ONE-MANAGER
  test.each([
    ['a hash that is no certificate’s', /(providerCertificateHash: )../, '$1ZZ', 'hash'],
    ['a hash too few', /providerCertificateHash: .*\n/, '', 'hash'],
    ['a certificate too few', /providerCertificate;binary:: (.+\n)( .+\n)+/, '', 'hash'],
    ['bytes that are no certificate', /(providerCertificate;binary:: )(.+\n)( .+\n)+/, '$1YWJj\n', 'certificate'],
    ['no service mailbox', /mailReceipt: .*\n/, '', 'missing'],
    ['no domain', /managedDomains: .*\n/, '', 'missing'],
    ['two service mailboxes', /(mailReceipt: .*\n)/, '$1$1', 'twice'],
    ['a mailbox that is no address', /(mailReceipt: ).*\n/, '$1ricevute\n', 'address'],
    ['a domain that is none', /(managedDomains: ).*\n/, '$1-x y\n', 'domain'],
    ['a domain of two providers', /pec\.comune\.example/, 'posta.gestore.example', 'domain-twice'],
    ['another name in its dn', /providerName=Gestore Esempio/, 'providerName=Gestore', 'name'],
    ['a place outside the index', /(dn: providerName=.*),o=postacert/, '$1,o=altro', 'name'],
    ['another class', /objectClass: provider/, 'objectClass: person', 'class'],
  ])('is taken whole or not at all: %s', (_, what, instead, fault) => {
    const changed = writeIndex(entries).toString('utf8').replace(what, instead);
    expect(readIndex(Buffer.from(changed))).toMatchObject({ refused: 'index/malformed', details: { fault } });
  });

  test('has each provider and each environment once', () => {
    const [first] = entries;
    const twice = writeIndex(first ? [first, { ...first, managedDomains: ['altro.example'] }] : []);
    expect(readIndex(twice)).toMatchObject({ refused: 'index/malformed', details: { fault: 'name-twice' } });
  });

  // @rule INDEX-ONE-MANAGER
  test('has no certificate of two providers, nor of two environments', () => {
    const [first, second] = entries;
    const taken = first && second ? [first, { ...second, providerCertificate: first.providerCertificate }] : [];
    expect(readIndex(writeIndex(taken))).toMatchObject({ details: { fault: 'certificate-twice' } });
  });

  // @rule INDEX-ENTRY
  test('names the line of what is wrong', () => {
    const changed = writeIndex(entries).toString('utf8').replace('managedDomains: posta', 'managedDomains: ..');
    expect(readIndex(Buffer.from(changed))).toMatchObject({
      rule: 'INDEX-ENTRY',
      details: { line: 14 },
      words: { it: 'L’indice dei gestori non è valido alla riga 14: managedDomains non è un dominio.' },
    });
  });

  test('has at least one provider', () => {
    expect(readIndex(writeIndex([]))).toMatchObject({ refused: 'index/empty' });
  });
});

// @rule INDEX-SIGNED
describe('the signed file of the index', () => {
  let keeper: Signer;
  let crl: Buffer;
  const keptBy = async (...certificates: X509Certificate[]) => ({
    certificates,
    trust: await trustIn([{ certificate: providers.authority.certificate, crl }]),
  });

  beforeAll(async () => {
    const issued = await issueKeeperCertificate(
      providers.authority,
      { name: 'Indice dei gestori', address: 'indice@igpec.example' },
      validity,
    );
    keeper = signer(issued.certificate, issued.privateKey);
    crl = await issueRevocationList(providers.authority, validity);
  });

  test('holds its LDIF, its keeper and the instant of signing', async () => {
    const ldif = writeIndex(entries);
    const opened = openIndexFile(await signIndexFile(ldif, keeper, at), await keptBy(keeper.certificate), at);
    expect(opened).toEqual({ ldif, signedBy: keeper.certificate, signedAt: at });
  });

  test('is refused with any byte of its content changed', async () => {
    const file = await signIndexFile(writeIndex(entries), keeper, at);
    const place = file.indexOf('pec.comune.example');
    file[place] = 0x71;
    expect(openIndexFile(file, await keptBy(keeper.certificate), at)).toMatchObject({ refused: 'index/altered' });
  });

  test('is refused when another has signed it, though a provider of the same authority', async () => {
    const file = await signIndexFile(writeIndex(entries), providers.signers.sender, at);
    expect(openIndexFile(file, await keptBy(keeper.certificate), at)).toMatchObject({
      refused: 'index/foreign-signer',
      rule: 'INDEX-SIGNED',
    });
  });

  test('is refused when its keeper’s certificate is revoked, but not before', async () => {
    const revoked = after(at, 1000);
    const certificate = keeper.certificate.toString();
    crl = await issueRevocationList(providers.authority, validity, [{ certificate, at: revoked }]);
    const [file, keepers] = [await signIndexFile(writeIndex(entries), keeper, at), await keptBy(keeper.certificate)];
    expect(isRefusal(openIndexFile(file, keepers, at))).toBe(false);
    expect(openIndexFile(file, keepers, revoked)).toMatchObject({
      refused: 'index/keeper-not-believed',
      details: { reason: 'signature/revoked' },
    });
  });

  test('is refused when its keeper’s certificate is of an unknown authority', async () => {
    const foreign = await makeAuthority('Altra autorità', validity);
    const issued = await issueKeeperCertificate(foreign, { name: 'Indice', address: 'x@igpec.example' }, validity);
    const other = signer(issued.certificate, issued.privateKey);
    const file = await signIndexFile(writeIndex(entries), other, at);
    expect(openIndexFile(file, await keptBy(other.certificate), at)).toMatchObject({
      refused: 'index/keeper-not-believed',
      details: { reason: 'signature/untrusted' },
    });
  });

  test('is no detached signature, and no other bytes', async () => {
    const keepers = await keptBy(keeper.certificate);
    const ldif = writeIndex(entries);
    for (const bytes of [await keeper.sign(ldif, at), ldif, Buffer.alloc(0), Buffer.from([0x30, 0x80])])
      expect(openIndexFile(bytes, keepers, at)).toMatchObject({ refused: 'index/unsigned' });
  });

  test('is read no further than its bound', async () => {
    const keepers = await keptBy(keeper.certificate);
    const larger = Buffer.alloc(64 * 1024 * 1024 + 1);
    expect(openIndexFile(larger, keepers, at)).toMatchObject({ refused: 'index/too-large' });
  });
});

function base64Of(certificate: string): string {
  return new X509Certificate(certificate).raw.toString('base64');
}
