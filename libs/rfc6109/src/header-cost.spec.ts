import { expect, test } from '@jest/globals';
import { readOriginal } from './index.ts';

const octets = 250_000;

// @rule HEADER-COST
test.each([
  ['To', 'an encoded word of commas', `=?utf-8?Q?${','.repeat(octets)}?= <a@d.example>`],
  ['To', 'an encoded word of at signs', `=?utf-8?Q?${'@'.repeat(octets)}?= <a@d.example>`],
  ['Subject', 'words that begin and do not end', '=?a?Q? '.repeat(octets / 7)],
  ['Subject', 'words of one letter', '=?a?Q?b?= '.repeat(octets / 10)],
  ['To', 'commas', ','.repeat(octets)],
])('%s of %s costs what its length costs', (field, _, value) => {
  const message = Buffer.from(`From: b@d.example\r\n${field}: ${value}\r\n\r\n`);
  const before = process.cpuUsage();
  expect(readOriginal(message)?.header.fields).toHaveLength(2);
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
});
