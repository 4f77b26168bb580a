import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { sourcesOf, widened } from './source.ts';

// @rule SOURCE-PREFIXES
test('an IPv4 address is one source, also when it is mapped into IPv6', () => {
  expect(sourcesOf('192.0.2.17')).toEqual(['192.0.2.17']);
  expect(sourcesOf('::ffff:192.0.2.17')).toEqual(['192.0.2.17']);
  expect(sourcesOf('::FFFF:c000:211')).toEqual(['192.0.2.17']);
});

// @rule SOURCE-PREFIXES
test('an IPv6 address is three: the /64, the /56 and the /48', () => {
  const sources = ['2001:db8:1:23ab::/64', '2001:db8:1:2300::/56', '2001:db8:1:0::/48'];
  expect(sourcesOf('2001:db8:1:23ab::1')).toEqual(sources);
  expect(sourcesOf('2001:0DB8:0001:23AB:ffff:1:2:3')).toEqual(sources);
  expect(sourcesOf('fe80::1%eth0')).toEqual(['fe80:0:0:0::/64', 'fe80:0:0:0::/56', 'fe80:0:0:0::/48']);
});

test('what is no address is the one unknown source', () => {
  for (const text of [undefined, '', 'localhost', '1.2.3', '2001:db8::1::2', '[::1]'])
    expect(sourcesOf(text)).toEqual(['unknown']);
});

test('all addresses of a /64 share all three sources, and no address of another /48 shares any', () => {
  const group = fc.integer({ min: 0, max: 0xff_ff });
  const written = (groups: readonly number[]) => groups.map((each) => each.toString(16)).join(':');
  const groups = fc.array(group, { minLength: 8, maxLength: 8 }).filter(([first]) => first !== 0);
  fc.assert(
    fc.property(groups, fc.array(group, { minLength: 4, maxLength: 4 }), (address, host) => {
      const here = sourcesOf(written(address));
      expect(sourcesOf(written([...address.slice(0, 4), ...host]))).toEqual(here);
      const elsewhere = sourcesOf(written([...address.slice(0, 2), (address[2] ?? 0) ^ 1, ...address.slice(3)]));
      expect(elsewhere.filter((source) => here.includes(source))).toEqual([]);
    }),
  );
});

// @rule SOURCE-PREFIXES
test('a wider source has a limit of its own: twice and four times that of the narrowest', () => {
  expect([widened(5, 0), widened(5, 1), widened(5, 2)]).toEqual([5, 10, 20]);
});
