import { expect, test } from '@jest/globals';
import { idsQuotedIn } from './quoted-ids.ts';

const isOurs = (id: string) => id.endsWith('@gestore.example');

test('a bounce quotes the ids in its report and in the header that it returns, each once', () => {
  const bounce = [
    'Message-ID: <bounce.1@altrove.example>',
    'In-Reply-To: <pec1.20100802090000.00001@gestore.example>',
    '',
    'Message-ID: <pec1.20100802090000.00001@gestore.example>',
    'References: <altro@client.example> <pec1.20100802090000.00002@gestore.example>',
  ].join('\r\n');
  expect(idsQuotedIn(Buffer.from(bounce), isOurs)).toEqual([
    'pec1.20100802090000.00001@gestore.example',
    'pec1.20100802090000.00002@gestore.example',
  ]);
});

test('of a bounce that quotes a crowd no more than a hundred are looked up', () => {
  const crowd = Array.from({ length: 500 }, (_, nth) => `<${nth}@gestore.example>`).join(' ');
  expect(idsQuotedIn(Buffer.from(crowd), isOurs)).toHaveLength(100);
});

// @rule INCOMING-BOUNCE
test.each([
  ['letters alone', 'a'],
  ['names and no domain', `${'a'.repeat(100)}@${'a'.repeat(63)}!`],
  ['domains and no name', `@${'a-'.repeat(31)}.`],
])('a bounce of %s costs next to nothing', (_, piece) => {
  const bounce = Buffer.from(piece.repeat(256 * 1024).slice(0, 256 * 1024));
  const before = process.cpuUsage();
  expect(idsQuotedIn(bounce, isOurs)).toEqual([]);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(60);
});
