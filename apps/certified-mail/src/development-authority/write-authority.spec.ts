import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { after, isRefusal, parseInstant } from '@recapito/primitives';
import { openIndexFile, readIndex, trustIn } from '@recapito/rfc6109';
import type { ProviderEntry, Trust } from '@recapito/rfc6109';
import { readProviders } from '../programme/providers.ts';
import { revoke, rollOver, writeAuthority } from './write-authority.ts';

// Each key that is made takes a good part of a second where others work.
const providers = readProviders(new URL('../../../../programmes/providers', import.meta.url).pathname);
const at = parseInstant('2026-11-22T09:00:00Z');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recapito-authority-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const certificate = (name: string) => new X509Certificate(text(`${name}.pem`));
const base64 = (name: string) => certificate(name).raw.toString('base64');

async function trust(): Promise<Trust> {
  return await trustIn([{ certificate: text('authority.pem'), crl: readFileSync(join(folder, 'authority.crl')) }]);
}

/** The index as certified-mail would believe it. */
async function published(): Promise<ProviderEntry[]> {
  const keepers = { certificates: [certificate('index-keeper')], trust: await trust() };
  const opened = openIndexFile(readFileSync(join(folder, 'index.ldif.p7m')), keepers, at);
  if (isRefusal(opened)) throw new Error(opened.words.en);
  const entries = readIndex(opened.ldif);
  if (isRefusal(entries)) throw new Error(entries.words.en);
  return entries;
}

const certificatesOf = async (name: string) =>
  (await published()).find(({ providerName }) => providerName === name)?.providerCertificate;

describe('the development authority', () => {
  test('makes keys that only their owner reads, a signed index of all providers, and the second time nothing', async () => {
    const made = await writeAuthority(folder, providers, at);
    expect(made).toContain('inps.key');
    expect(made).toContain('index-keeper.key');
    expect(statSync(join(folder, 'inps.key')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(await published()).toEqual(
      providers.map(({ provider, name, mailReceipt, managedDomains }) => ({
        providerName: name,
        mailReceipt,
        managedDomains,
        providerCertificate: [base64(provider)],
      })),
    );
    expect(await writeAuthority(folder, providers, after(at, 60_000))).toEqual([]);
  });

  test('gives a new provider a certificate of the same authority and leaves the others theirs', async () => {
    const [first, ...others] = providers;
    if (first === undefined) throw new Error('no provider is shipped');
    await writeAuthority(folder, others, at);
    const before = text('inps.pem');
    expect(await writeAuthority(folder, providers, at)).toEqual(['enti.key', 'enti.pem', 'index.ldif.p7m']);
    expect(text('inps.pem')).toBe(before);
  });

  test('adds the signed index to a folder of an earlier version, which has none', async () => {
    await writeAuthority(folder, providers, at);
    for (const name of ['index-keeper.key', 'index-keeper.pem', 'index.ldif.p7m']) rmSync(join(folder, name));
    writeFileSync(join(folder, 'index.json'), '[]');
    const keys = text('inps.key');
    expect(await writeAuthority(folder, providers, at)).toEqual([
      'index-keeper.key',
      'index-keeper.pem',
      'index.ldif.p7m',
    ]);
    expect(text('inps.key')).toBe(keys);
    expect(await published()).toHaveLength(3);
  });

  test('signs the index anew when somebody has changed it', async () => {
    await writeAuthority(folder, providers, at);
    const file = readFileSync(join(folder, 'index.ldif.p7m'));
    file[file.indexOf('inpspec.gov.it')] = 0x78;
    writeFileSync(join(folder, 'index.ldif.p7m'), file);
    expect(await writeAuthority(folder, providers, at)).toEqual(['index.ldif.p7m']);
    expect((await published()).flatMap(({ managedDomains }) => managedDomains)).toContain('inpspec.gov.it');
  });
});

describe('what a real authority has put there', () => {
  const everything = () => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]);

  test('stays: without the authority’s key nothing is made, and nothing rolled over', async () => {
    await writeAuthority(folder, providers, at);
    for (const name of ['authority.key', 'inps.key', 'index-keeper.key', 'index.ldif.p7m']) rmSync(join(folder, name));
    const before = everything();
    expect(await writeAuthority(folder, providers, at)).toEqual([]);
    await expect(rollOver(folder, providers, 'enti', at)).rejects.toThrow('a real one');
    expect(everything()).toEqual(before);
  });

  test('stays: without its keeper’s key the index is not signed', async () => {
    await writeAuthority(folder, providers.slice(1), at);
    rmSync(join(folder, 'index-keeper.key'));
    const index = readFileSync(join(folder, 'index.ldif.p7m'));
    expect(await writeAuthority(folder, providers, at)).toEqual(['enti.key', 'enti.pem']);
    expect(readFileSync(join(folder, 'index.ldif.p7m')).equals(index)).toBe(true);
  });
});

describe('a roll-over', () => {
  const inps = 'INPS - Gestore della posta elettronica certificata';

  // @rule DRILL-OVERLAP
  test('puts a new key beside the old one, and both certificates into the index', async () => {
    await writeAuthority(folder, providers, at);
    const old = base64('inps');
    await rollOver(folder, providers, 'inps', at);
    expect(base64('inps')).not.toBe(old);
    expect(base64('inps.previous')).toBe(old);
    expect(statSync(join(folder, 'inps.previous.key')).mode & 0o777).toBe(0o600);
    expect(await certificatesOf(inps)).toEqual([base64('inps'), old]);
    await expect(rollOver(folder, providers, 'inps', at)).rejects.toThrow('revoke the old one first');
  });

  // @rule DRILL-REVOKE
  test('ends with the revocation of the old certificate: out of the index, on the list, its key gone', async () => {
    await writeAuthority(folder, providers, at);
    await rollOver(folder, providers, 'inps', at);
    const old = certificate('inps.previous');
    const revokedAt = parseInstant('2010-08-03T07:00:00Z');
    await revoke(folder, providers, 'inps', { at, revokedAt });
    expect(await certificatesOf(inps)).toEqual([base64('inps')]);
    expect(readdirSync(folder).filter((name) => name.startsWith('inps'))).toEqual(['inps.key', 'inps.pem']);
    expect((await trust())(old, after(revokedAt, -1))).toBeNull();
    expect((await trust())(old, revokedAt)?.refused).toBe('signature/revoked');
    expect((await trust())(certificate('inps'), at)).toBeNull();
  });

  test('may come again, and what was revoked before stays revoked', async () => {
    await writeAuthority(folder, providers, at);
    const first = certificate('inps');
    for (const round of [1, 2]) {
      await rollOver(folder, providers, 'inps', after(at, round));
      await revoke(folder, providers, 'inps', { at: after(at, round), revokedAt: at });
    }
    expect((await trust())(first, at)?.refused).toBe('signature/revoked');
  });

  test('is finished by another when it was broken off, and what it left cannot be revoked', async () => {
    await writeAuthority(folder, providers, at);
    for (const end of ['key', 'pem']) writeFileSync(join(folder, `inps.previous.${end}`), text(`inps.${end}`));
    const order = { at, revokedAt: at };
    await expect(revoke(folder, providers, 'inps', order)).rejects.toThrow('roll over first');
    const old = base64('inps');
    await rollOver(folder, providers, 'inps', at);
    expect(await certificatesOf(inps)).toEqual([base64('inps'), old]);
  });

  test('needs a provider of the programme', async () => {
    await writeAuthority(folder, providers, at);
    await expect(rollOver(folder, providers, 'poste', at)).rejects.toThrow('there are enti, inps, postacertificata');
  });
});
