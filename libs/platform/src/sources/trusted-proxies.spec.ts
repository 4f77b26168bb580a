import { describe, expect, test } from '@jest/globals';
import { TrustedProxies } from './trusted-proxies.ts';

const nobody = new TrustedProxies();
const ours = new TrustedProxies(['10.0.0.0/8', '192.0.2.1', '2001:db8:ffff::/48']);

// @rule SOURCE-PROXIES
describe('the client of a request', () => {
  test('is its peer, whatever a header says, where no proxy is trusted', () => {
    const headers = { 'x-forwarded-for': '198.51.100.7', forwarded: 'for=198.51.100.7' };
    expect(nobody.clientOf('203.0.113.5', headers, 'x-forwarded-for')).toBe('203.0.113.5');
    expect(nobody.clientOf('::ffff:203.0.113.5', headers, 'forwarded')).toBe('203.0.113.5');
    expect(ours.clientOf('203.0.113.5', headers, 'x-forwarded-for')).toBe('203.0.113.5');
  });

  test('is the last address that a trusted proxy wrote; what the client wrote before it is not believed', () => {
    const headers = { 'x-forwarded-for': '198.51.100.7, 203.0.113.5, 10.1.2.3' };
    expect(ours.clientOf('192.0.2.1', headers, 'x-forwarded-for')).toBe('203.0.113.5');
    expect(ours.clientOf('10.9.9.9', { 'x-forwarded-for': '198.51.100.7,rubbish' }, 'x-forwarded-for')).toBe(
      '10.9.9.9',
    );
  });

  test('is not taken from the header that our proxies do not write', () => {
    expect(ours.clientOf('10.9.9.9', { forwarded: 'for=198.51.100.7' }, 'x-forwarded-for')).toBe('10.9.9.9');
  });

  test.each([
    ['for=198.51.100.7;proto=https;by=10.0.0.1', '198.51.100.7'],
    ['for="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['for=192.0.2.43, For="198.51.100.17:80"', '198.51.100.17'],
    ['for=unknown', '10.9.9.9'],
    ['for="_hidden"', '10.9.9.9'],
  ])('is read from Forwarded: %s', (forwarded, client) => {
    expect(ours.clientOf('10.9.9.9', { forwarded }, 'forwarded')).toBe(client);
  });
});

test('a list of proxies with what is no address is refused by name', () => {
  expect(() => new TrustedProxies(['balancer.example'])).toThrow('balancer.example is no address');
  expect(() => new TrustedProxies(['10.0.0.0/8/2'])).toThrow('10.0.0.0/8/2');
});
