import { expect, test } from '@jest/globals';
import { KnownSources } from './known-sources.ts';
import { sourcesOf } from './source.ts';

const day = 86_400_000;

// @rule SOURCE-KNOWN
test('a source is known from its first success on, another address of the same /64 too', () => {
  const known = new KnownSources();
  expect(known.has(sourcesOf('2001:db8::1'))).toBe(false);
  known.succeeded(sourcesOf('2001:db8::1'), 0);
  expect(known.has(sourcesOf('2001:db8::2'))).toBe(true);
  expect(known.has(sourcesOf('2001:db8:0:1::1'))).toBe(false);
});

// @rule SOURCE-KNOWN
test('it is forgotten after ninety days without a success', () => {
  const known = new KnownSources();
  known.succeeded(sourcesOf('192.0.2.1'), 0);
  known.succeeded(sourcesOf('192.0.2.2'), 89 * day);
  expect(known.has(sourcesOf('192.0.2.1'))).toBe(true);
  known.succeeded(sourcesOf('192.0.2.2'), 90 * day);
  expect(known.has(sourcesOf('192.0.2.1'))).toBe(false);
});

test('no more than the most are remembered: those that succeeded last', () => {
  const known = new KnownSources({ most: 2 });
  for (const nth of [1, 2, 1, 3]) known.succeeded(sourcesOf(`192.0.2.${nth}`), nth);
  expect(known.entries().map(([source]) => source)).toEqual(['192.0.2.1', '192.0.2.3']);
  expect(known.changed).toBe(false);
});
