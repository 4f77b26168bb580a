import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  issueKeeperCertificate,
  issueRevocationList,
  openIndexFile,
  readIndex,
  signer,
  signIndexFile,
  trustIn,
  writeIndex,
} from '../src/index.ts';
import type { IndexKeepers } from '../src/index.ts';
import { at, twoProviders, validity } from './example.ts';

const folder = mkdtempSync(join(tmpdir(), 'recapito-index-'));
const file = (name: string) => join(folder, name);
const openssl = (command: string) =>
  execFileSync('openssl', command.split(' '), { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
const verify = 'cms -verify -binary -inform DER -in index.p7m -CAfile ca.pem -crl_check -purpose any';

let providers: Awaited<ReturnType<typeof twoProviders>>;
let keepers: IndexKeepers;
let ldif: Buffer;
let ours: Buffer;

beforeAll(async () => {
  providers = await twoProviders();
  const { authority } = providers;
  const subject = { name: 'Indice dei gestori', address: 'indice@igpec.example' };
  const keeper = await issueKeeperCertificate(authority, subject, validity);
  const crl = await issueRevocationList(authority, validity);
  writeFileSync(file('crl.der'), crl);
  writeFileSync(
    file('ca.pem'),
    Buffer.concat([Buffer.from(authority.certificate), openssl('crl -inform DER -in crl.der')]),
  );
  writeFileSync(file('keeper.pem'), keeper.certificate);
  writeFileSync(file('keeper.key'), keeper.privateKey, { mode: 0o600 });
  const trust = await trustIn([{ certificate: authority.certificate, crl }]);
  keepers = { certificates: [new X509Certificate(keeper.certificate)], trust };
  ldif = writeIndex(providers.entries);
  ours = await signIndexFile(ldif, signer(keeper.certificate, keeper.privateKey), at);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('openssl and we agree on the signed file of the index', () => {
  test('openssl verifies ours and finds the LDIF in it', () => {
    writeFileSync(file('index.p7m'), ours);
    expect(openssl(verify).equals(ldif)).toBe(true);
  });

  test('openssl refuses ours with one byte changed, as we do', () => {
    const changed = Buffer.from(ours);
    changed[changed.indexOf('pec.comune.example')] = 0x71;
    writeFileSync(file('index.p7m'), changed);
    expect(() => openssl(verify)).toThrow();
    expect(openIndexFile(changed, keepers, at)).toMatchObject({ refused: 'index/altered' });
  });

  test.each([
    ['DER', 'sha256', ''],
    ['BER with lengths left open', 'sha256', ' -stream'],
    ['another digest', 'sha512', ''],
    ['no attributes', 'sha256', ' -noattr'],
  ])('we open what it signs: %s', (_, digest, more) => {
    writeFileSync(file('index.ldif'), ldif);
    openssl(
      `cms -sign -binary -nodetach -md ${digest}${more} -in index.ldif -signer keeper.pem -inkey keeper.key -outform DER -out index.p7m`,
    );
    const opened = openIndexFile(readFileSync(file('index.p7m')), keepers, at);
    expect(opened).toMatchObject({ ldif });
    expect(readIndex(ldif)).toEqual(providers.entries);
  });

  test.each([
    ['a digest that is no longer believed', '-nodetach -md sha1', 'index/weak-digest'],
    ['a detached signature', '-md sha256', 'index/unsigned'],
    ['a signer named by the identifier of his key', '-nodetach -keyid', 'index/foreign-signer'],
  ])('we refuse %s', (_, options, code) => {
    writeFileSync(file('index.ldif'), ldif);
    openssl(
      `cms -sign -binary ${options} -in index.ldif -signer keeper.pem -inkey keeper.key -outform DER -out index.p7m`,
    );
    expect(openIndexFile(readFileSync(file('index.p7m')), keepers, at)).toMatchObject({ refused: code });
  });

  test('the LDIF is read by others: Python’s base64 finds every certificate in it, with its hash', () => {
    const script = [
      'import base64, hashlib, re, sys',
      'text = sys.stdin.buffer.read().decode().replace("\\n ", "")',
      'hashes = re.findall("^providerCertificateHash: (.*)$", text, re.M)',
      'ders = [base64.b64decode(v) for v in re.findall("^providerCertificate;binary:: (.*)$", text, re.M)]',
      'print([hashlib.sha1(d).hexdigest().upper() for d in ders] == hashes, len(ders))',
    ].join('\n');
    expect(execFileSync('python3', ['-c', script], { input: ldif }).toString().trim()).toBe('True 2');
  });
});
