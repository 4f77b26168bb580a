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
