import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isRefusal } from '@recapito/primitives';
import { readPaIndex } from '../lists/pa-index.ts';
import { readPeers } from './peers.ts';
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
    const index = readPaIndex(readFileSync(join(shipped, 'pa-index', '2010.csv')));
    if (isRefusal(index)) throw new Error(index.words.en);
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

describe('the files of other providers', () => {
  const write = (name: string, file: object) => writeFileSync(join(folder, name), JSON.stringify(file));
  const provider = 'Altro Gestore';

  test('say by which names their hosts are known, and that TLS is required unless they say otherwise', () => {
    write('altro.json', { provider, hosts: ['mx.altro.example'], domains: ['altro.example'] });
    expect(readPeers(folder).get(provider)).toEqual({
      provider,
      hosts: ['mx.altro.example'],
      domains: ['altro.example'],
      tls: 'required',
    });
    expect(readPeers(join(folder, 'nowhere')).size).toBe(0);
  });

  test.each([
    ['neither a host nor a domain', { provider }, 'neither hosts nor domains'],
    ['a host in capital letters', { provider, hosts: ['MX.altro.example'] }, 'is no host name'],
    ['another demand', { provider, hosts: ['mx.altro.example'], tls: 'off' }, 'tls'],
    ['an unknown setting', { provider, hosts: ['mx.altro.example'], colour: 'blue' }, 'colour'],
  ])('are refused for %s, by file and fault', (_, file, said) => {
    write('altro.json', file);
    expect(() => readPeers(folder)).toThrow(said);
    expect(() => readPeers(folder)).toThrow('altro.json');
  });

  test('are refused when two describe one provider', () => {
    for (const name of ['a.json', 'b.json']) write(name, { provider, tls: 'opportunistic' });
    expect(() => readPeers(folder)).toThrow('another file describes Altro Gestore');
  });
});
