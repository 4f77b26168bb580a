import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { after, instant, parseInstant } from '@recapito/primitives';
import { issueProviderCertificate, issueRevocationList, makeAuthority } from '@recapito/rfc6109';
import type { Credential } from '@recapito/rfc6109';
import { Authorities, lateBy } from './authorities.ts';
import { KeptCopies } from './kept-copies.ts';

const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
const hour = 3_600_000;
const start = parseInstant('2026-11-22T09:00:00Z');
const provider = { name: 'Gestore', address: 'posta-certificata@gestore.example' };
let folder: string;
let server: Server;
let address: string;
/** What stands at the address of the list; null while its server is away. */
let published: Buffer | null;
let authority: Credential;
let signer: X509Certificate;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recapito-authorities-'));
  mkdirSync(join(folder, 'authority'));
  published = null;
  server = createServer((_, response) => {
    response.statusCode = published === null ? 503 : 200;
    response.end(published ?? '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/autorita.crl`;
  authority = await makeAuthority('Autorità', validity);
  const issued = await issueProviderCertificate(authority, provider, validity, { listAt: address });
  signer = new X509Certificate(issued.certificate);
  writeFileSync(join(folder, 'authority', 'prima.pem'), authority.certificate);
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const authorities = () => new Authorities({ folder, kept: new KeptCopies(join(folder, 'kept')) });
const listFrom = (from: number, hours: number, revoked: readonly X509Certificate[] = []) =>
  issueRevocationList(
    authority,
    { from: instant(from), until: instant(from + hours * hour) },
    revoked.map((each) => ({ certificate: each.toString(), at: instant(from) })),
  );
const judged = (known: Authorities, at = start) => known.trust(signer, at)?.refused ?? 'believed';

describe('the revocation list of an authority', () => {
  test('is fetched from the address that the certificates below it name', async () => {
    published = await listFrom(start, 24);
    const known = authorities();
    await known.refresh(start, [signer]);
    expect(judged(known)).toBe('believed');
    expect(known.states).toMatchObject([
      { name: 'prima', address, list: { thisUpdate: start, nextUpdate: after(start, 24 * hour) }, failure: null },
    ]);
    published = await listFrom(start + hour, 24, [signer]);
    await known.refresh(after(start, hour), []);
    expect(judged(known, after(start, hour))).toBe('signature/revoked');
  });

  test('is fetched from the address of the authority’s file before any other', async () => {
    writeFileSync(join(folder, 'authority', 'prima.json'), JSON.stringify({ crl: `${address}?file` }));
    published = await listFrom(start, 24);
    const known = authorities();
    await known.refresh(start, [signer]);
    expect(known.states).toMatchObject([{ address: `${address}?file`, failure: null }]);
  });

  test('is kept for the day on which its server is away, through a restart', async () => {
    published = await listFrom(start, 24);
    await authorities().refresh(start, [signer]);
    published = null;
    const known = authorities();
    await known.refresh(after(start, hour), [signer]);
    expect(judged(known, after(start, hour))).toBe('believed');
    expect(known.states).toMatchObject([{ failure: expect.stringContaining('answered 503') as unknown }]);
    expect(known.check(after(start, hour))).toMatchObject({ state: 'ok', notFetched: 'prima' });
  });

  // @rule REVOCATION-CURRENT
  test('that is late is an alarm at once, and refuses what it cannot speak of after the hours of the file', async () => {
    writeFileSync(join(folder, 'authority', 'prima.json'), JSON.stringify({ lateHours: 6 }));
    published = await listFrom(start, 24);
    const known = authorities();
    await known.refresh(start, [signer]);
    const due = after(start, 24 * hour);
    expect(known.check(due)).toMatchObject({ state: 'ok' });
    expect(known.check(after(due, 1))).toMatchObject({ state: 'degraded', late: 'prima' });
    expect(lateBy(known.states[0] ?? fail(), after(due, hour))).toBe(hour);
    expect(known.isOverdue(after(due, 1))).toBe(true);
    expect(judged(known, after(due, 6 * hour))).toBe('believed');
    expect(judged(known, after(due, 6 * hour + 1))).toBe('signature/revocation-unknown');
  });

  test('of somebody else, or an earlier one, does not take its place', async () => {
    published = await listFrom(start + hour, 24, [signer]);
    const known = authorities();
    await known.refresh(after(start, hour), [signer]);
    published = await listFrom(start, 24);
    await known.refresh(after(start, 2 * hour), [signer]);
    expect(judged(known, after(start, 2 * hour))).toBe('signature/revoked');
    published = await issueRevocationList(await makeAuthority('Altra', validity), validity);
    await known.refresh(after(start, 3 * hour), [signer]);
    expect(judged(known, after(start, 3 * hour))).toBe('signature/revoked');
    expect(known.states[0]?.failure).toBe('the revocation list is not signed by its authority');
  });

  test('that does not exist has to be said so', async () => {
    const plain = new X509Certificate((await issueProviderCertificate(authority, provider, validity)).certificate);
    const known = authorities();
    await known.refresh(start, [plain]);
    expect(known.trust(plain, start)?.refused).toBe('signature/revocation-unknown');
    expect(known.check(start)).toMatchObject({ state: 'degraded', late: 'prima' });
    writeFileSync(join(folder, 'authority', 'prima.json'), JSON.stringify({ crl: 'none' }));
    await known.refresh(start, [plain]);
    expect(known.trust(plain, start)).toBeNull();
    expect(known.check(start)).toMatchObject({ state: 'ok' });
  });
});

describe('the files of authorities', () => {
  test('are one alone, as it lies in older folders, and a folder of them', async () => {
    const old = await makeAuthority('Di prima', validity);
    writeFileSync(join(folder, 'authority.pem'), old.certificate);
    writeFileSync(join(folder, 'authority.crl'), await issueRevocationList(old, validity));
    writeFileSync(join(folder, 'authority', 'prima.crl'), await listFrom(start, 24));
    const known = authorities();
    await known.refresh(start, []);
    expect(known.states.map(({ name }) => name)).toEqual(['authority', 'prima']);
    const issued = new X509Certificate((await issueProviderCertificate(old, provider, validity)).certificate);
    expect([issued, signer].map((each) => known.trust(each, start))).toEqual([null, null]);
  });

  test.each([
    ['a setting that there is not', { colour: 'blue' }, 'colour'],
    ['an address that is none', { crl: 'ftp://crl.example/x' }, 'crl'],
    ['less than no hour', { lateHours: -1 }, 'lateHours'],
  ])('are refused for %s, and those before stay in force', async (_, file, said) => {
    published = await listFrom(start, 24);
    const known = authorities();
    await known.refresh(start, [signer]);
    writeFileSync(join(folder, 'authority', 'prima.json'), JSON.stringify(file));
    await expect(known.refresh(after(start, hour), [signer])).rejects.toThrow(said);
    expect(judged(known, after(start, hour))).toBe('believed');
  });
});

function fail(): never {
  throw new Error('there is none');
}
