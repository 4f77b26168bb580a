import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readProviderEntries } from '@recapito/rfc6109';
import { writeAuthority } from '../development-authority/write-authority.ts';
import { readPaIndex } from './pa-index.ts';
import { readProviders } from './providers.ts';

const shipped = new URL('../../../../programmes/', import.meta.url).pathname;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recapito-programme-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the providers of 2010', () => {
  const providers = readProviders(join(shipped, 'providers'));

  test('are three, and no domain has two of them', () => {
    expect(providers.map(({ domain }) => domain)).toEqual([
      'gestore-enti.example',
      'inpspec.gov.it',
      'postacertificata.gov.it',
    ]);
    const domains = providers.flatMap(({ managedDomains }) => managedDomains);
    expect(new Set(domains).size).toBe(domains.length);
  });

  test('write and host only what the list of public bodies names', () => {
    const index = readPaIndex(readFileSync(join(shipped, 'pa-index', '2010.csv'), 'utf8'));
    const named = providers.flatMap(({ senders, bodies }) => [...senders.map(({ address }) => address), ...bodies]);
    expect(named.filter((address) => !index.has(address))).toEqual([]);
  });

  test.each([
    ['an address outside its domains', { bodies: ['x@altrove.example'] }, 'x@altrove.example stand outside'],
    ['no managed domain', { managedDomains: [] }, 'managedDomains'],
    ['an unknown setting', { colour: 'blue' }, 'colour'],
    ['fewer recipients than the law guarantees', { limits: { bytesTimesRecipients: 1, recipients: 49 } }, 'recipients'],
  ])('are refused for %s, by file and fault', (_, change, said) => {
    const inps = JSON.parse(readFileSync(join(shipped, 'providers', 'inps.json'), 'utf8')) as object;
    writeFileSync(join(folder, 'inps.json'), JSON.stringify({ ...inps, ...change }));
    expect(() => readProviders(folder)).toThrow(said);
    expect(() => readProviders(folder)).toThrow('inps.json');
  });
});

describe('the list of public bodies', () => {
  const list = (rows: string) => readPaIndex(`cod_amm,mail,tipo_mail\n${rows}`);

  test('is matched without regard to case, and only by its certified addresses', () => {
    const index = list('istsc,MNIS00100X@pec.istruzione.it,pec\nistsc,mnis00100x@istruzione.it,altro\n');
    expect(index.has('mnis00100x@PEC.istruzione.it')).toBe(true);
    expect(index.has('mnis00100x@istruzione.it')).toBe(false);
    expect(index.has('mnis00100x@pec.istruzione.it.example')).toBe(false);
    expect(index.size).toBe(1);
  });

  test('is used whole or not at all: one row without an address, and nobody is let in by it', () => {
    expect(() => list('c_1,protocollo@pec.comune.example,pec\nc_2,,pec\n')).toThrow('line 3');
    expect(() => list('c_1,info@comune.example,altro\n')).toThrow('empty');
    expect(() => readPaIndex('cod_amm,mail\nc_1,a@pec.comune.example\n')).toThrow('no kind');
  });
});

describe('the development authority', () => {
  test('makes keys that only their owner reads, an index of all providers, and the second time nothing', async () => {
    const providers = readProviders(join(shipped, 'providers'));
    const made = await writeAuthority(join(folder, 'out'), providers);
    expect(made).toContain('inps.key');
    expect(statSync(join(folder, 'out', 'inps.key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'out')).mode & 0o777).toBe(0o700);
    const before = readFileSync(join(folder, 'out', 'index.json'), 'utf8');
    expect(readProviderEntries(before).map(({ providerName }) => providerName)).toEqual(
      providers.map(({ name }) => name),
    );
    expect(await writeAuthority(join(folder, 'out'), providers)).toEqual([]);
    expect(readFileSync(join(folder, 'out', 'index.json'), 'utf8')).toBe(before);
  });

  test('gives a new provider a certificate of the same authority and leaves the others theirs', async () => {
    const [first, ...others] = readProviders(join(shipped, 'providers'));
    if (first === undefined) throw new Error('no provider is shipped');
    await writeAuthority(join(folder, 'out'), others);
    const before = readFileSync(join(folder, 'out', 'inps.pem'), 'utf8');
    expect(await writeAuthority(join(folder, 'out'), [first, ...others])).toEqual([
      'enti.key',
      'enti.pem',
      'index.json',
    ]);
    expect(readFileSync(join(folder, 'out', 'inps.pem'), 'utf8')).toBe(before);
  });
});
