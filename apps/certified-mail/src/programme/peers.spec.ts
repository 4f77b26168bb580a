import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readPeers } from './peers.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recapito-peers-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.json`), text);
}

describe('the files of other providers', () => {
  test('are as the page on programmes shows one', () => {
    const page = readFileSync(new URL('../../../../programmes/README.md', import.meta.url), 'utf8');
    write('futura', /```json\n([^`]+)```/.exec(page)?.[1] ?? '');
    expect([...readPeers(folder).values()]).toEqual([
      {
        provider: 'Posta Futura S.p.A.',
        hosts: ['mx1.postafutura.example', 'mx2.postafutura.example'],
        domains: [],
        tls: 'required',
        enclose: true,
      },
    ]);
  });

  test('may be absent, with their folder', () => {
    expect(readPeers(join(folder, 'none'))).toEqual(new Map());
  });

  test.each([
    ['not JSON', '{"provider": "Futura",}', /futura\.json is not JSON/],
    ['a host in capitals', '{"provider": "Futura", "hosts": ["MX.futura.example"]}', /futura\.json[^]*is no host name/],
    ['an unknown word', '{"provider": "Futura", "hosts": ["mx.example"], "tsl": "required"}', /futura\.json[^]*tsl/],
    ['no name for a certificate', '{"provider": "Futura"}', /futura\.json: a certificate is required/],
  ])('end the start when one has %s, and the file is named', (_, text, message) => {
    write('futura', text);
    expect(() => readPeers(folder)).toThrow(message);
  });

  test('end the start when two describe one provider', () => {
    write('a', '{"provider": "Futura", "hosts": ["mx.example"]}');
    write('b', '{"provider": "Futura", "hosts": ["mx.example"]}');
    expect(() => readPeers(folder)).toThrow(/b\.json: another file describes Futura/);
  });
});
