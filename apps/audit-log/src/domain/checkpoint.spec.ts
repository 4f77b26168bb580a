import { describe, expect, test } from '@jest/globals';
import { sha256 } from '../sealing/sha256.ts';
import { checkpointText, parseCheckpoint } from './checkpoint.ts';
import { parseNote, signedNote, verifierKey } from './signed-note.ts';

const root = Buffer.from('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328', 'hex');
const text = 'gestore.example/trace\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n';

describe('a checkpoint', () => {
  test('is origin, size and root, a line each', () => {
    expect(checkpointText({ origin: 'gestore.example/trace', size: 8, root })).toBe(text);
  });

  test('reads back as what was written', () => {
    expect(parseCheckpoint(text)).toEqual({ origin: 'gestore.example/trace', size: 8, root });
  });

  test.each([
    ['a size with a leading zero', text.replace('\n8\n', '\n08\n')],
    ['a negative size', text.replace('\n8\n', '\n-8\n')],
    ['a size that is no number', text.replace('\n8\n', '\neight\n')],
    ['a root without its padding', text.replace('g=', 'g')],
    ['a root that is too short', text.replace('Xcna', '')],
    ['a line too many', `${text}more\n`],
    ['no last newline', text.trimEnd()],
    ['no origin', text.replace('gestore.example/trace', '')],
    ['nothing', ''],
  ])('%s makes it no checkpoint', (_, broken) => {
    expect(parseCheckpoint(broken)).toBeNull();
  });
});

describe('a checkpoint of a declared log', () => {
  const other = Buffer.from('11'.repeat(32), 'hex');
  const follows = [
    { origin: 'gestore.example/trace/1796000000000', size: 9, root },
    { origin: 'gestore.example/trace', size: 7, root: other },
  ];
  const head = { origin: 'gestore.example/trace/1797000000000', size: 8, root, follows };
  const declared =
    'gestore.example/trace/1797000000000\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n' +
    'follows gestore.example/trace/1796000000000 9 XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n' +
    'follows gestore.example/trace 7 ERERERERERERERERERERERERERERERERERERERERERE=\n';

  test('names the heads at which the logs before it ended, and reads back', () => {
    expect(checkpointText(head)).toBe(declared);
    expect(parseCheckpoint(declared)).toEqual(head);
  });

  test.each([
    ['another word', declared.replace('follows', 'replaces')],
    ['a size that is no number', declared.replace(' 9 ', ' nine ')],
    ['a part too many', declared.replace(' 9 ', ' 9 9 ')],
    ['an empty line', declared.replace('=\nfollows', '=\n\nfollows')],
  ])('%s in its extension lines makes it no checkpoint', (_, broken) => {
    expect(parseCheckpoint(broken)).toBeNull();
  });
});

describe('a signed note', () => {
  const key = { name: 'gestore.example/trace', id: Uint8Array.of(1, 2, 3, 4) };
  const signature = new Uint8Array(64).fill(7);

  test('is the text, an empty line, and the signature behind an em dash and the name', () => {
    const encoded = Buffer.concat([key.id, signature]).toString('base64');
    expect(signedNote(text, key, signature)).toBe(`${text}\n— gestore.example/trace ${encoded}\n`);
  });

  test('comes apart into what it was made of', () => {
    const note = parseNote(signedNote(text, key, signature));
    expect(note?.text).toBe(text);
    expect(note?.key.name).toBe('gestore.example/trace');
    expect([...(note?.key.id ?? [])]).toEqual([1, 2, 3, 4]);
    expect([...(note?.signature ?? [])]).toEqual([...signature]);
  });

  test.each([
    ['a second signature', (note: string) => `${note}${note.slice(note.lastIndexOf('—'))}`],
    ['a byte after the last newline', (note: string) => `${note} `],
    ['a hyphen for the em dash', (note: string) => note.replace('—', '-')],
    ['a signature that is too short', (note: string) => note.replace(/....\n$/, '\n')],
    ['no empty line', (note: string) => note.replace('\n\n', '\n')],
  ])('with %s is none', (_, change) => {
    expect(parseNote(change(signedNote(text, key, signature)))).toBeNull();
  });

  test('a text without its last newline cannot be signed', () => {
    expect(() => signedNote('gestore', key, signature)).toThrow(RangeError);
  });

  test('of the Go project comes apart into the key id and the signature that were published with it', () => {
    const note =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n" +
      '\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
    const parsed = parseNote(note);
    expect(parsed?.key.name).toBe('PeterNeumann');
    expect(Buffer.from(parsed?.key.id ?? []).toString('hex')).toBe('c74f20a3');
  });

  test.each([
    [
      'sum.golang.org',
      'zjNy11rR7l7Nr4cnKT1LER2H6zdTHXyG1NMAPw64Cfw=',
      '033de0ae',
      'Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8',
    ],
    [
      'PeterNeumann',
      'GlzZBxQ8OExB6DDFvOEqqIF+xWSaqr8sMTiLNbLXRNY=',
      'c74f20a3',
      'ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    ],
  ])('the public key of %s is written as published', (name, key, id, encoded) => {
    expect(verifierKey(sha256, name, Buffer.from(key, 'base64'))).toBe(`${name}+${id}+${encoded}`);
  });
});
