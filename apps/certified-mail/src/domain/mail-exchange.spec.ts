import { describe, expect, test } from '@jest/globals';
import { hostsBeforeOurs, hostsFor } from './mail-exchange.ts';

const mx = (priority: number, exchange: string) => ({ priority, exchange });
const domain = 'pec.comune.example';

/** Draws these numbers, one after the other. */
function drawing(...numbers: number[]): () => number {
  return () => numbers.shift() ?? 0;
}

// @rule MX-ORDER
describe('the hosts of a domain', () => {
  test('are those of its MX records, the least preference value first', () => {
    const records = [mx(20, 'dopo.example'), mx(5, 'Prima.example'), mx(10, 'poi.example')];
    expect(hostsFor(domain, records, () => 0)).toEqual([
      { host: 'prima.example', priority: 5 },
      { host: 'poi.example', priority: 10 },
      { host: 'dopo.example', priority: 20 },
    ]);
  });

  test('of one preference stand as they are drawn', () => {
    const records = [mx(10, 'a.example'), mx(10, 'b.example'), mx(5, 'c.example')];
    const order = (...drawn: number[]) => {
      const hosts = hostsFor(domain, records, drawing(...drawn));
      return Array.isArray(hosts) ? hosts.map(({ host }) => host) : hosts;
    };
    expect(order(0.2, 0.7, 0.9)).toEqual(['c.example', 'a.example', 'b.example']);
    expect(order(0.7, 0.2, 0.9)).toEqual(['c.example', 'b.example', 'a.example']);
  });

  test('are the domain itself where there is no MX record', () => {
    expect(hostsFor(domain, [], () => 0)).toEqual([{ host: domain, priority: 0 }]);
  });

  // @rule MX-NULL
  test('are none where the one record is the null MX', () => {
    expect(hostsFor(domain, [mx(0, '')], () => 0)).toEqual({
      errore: 'no-dominio',
      status: '5.1.10',
      reason: 'il dominio pec.comune.example dichiara di non ricevere posta',
    });
  });

  test('are those that have a name where a null MX stands beside them', () => {
    expect(hostsFor(domain, [mx(0, '.'), mx(10, 'a.example')], () => 0)).toEqual([{ host: 'a.example', priority: 10 }]);
  });

  test('are eight at most', () => {
    const records = Array.from({ length: 30 }, (_, nth) => mx(nth, `mx${nth}.example`));
    expect(hostsFor(domain, records, () => 0)).toHaveLength(8);
  });
});

// @rule MX-NOT-OURSELVES
describe('of hosts among which we are', () => {
  const exchanger = (priority: number, host: string) => ({ priority, host, addresses: [] });
  const isOurs = ({ host }: { host: string }) => host === 'noi.example';

  test('only those before us are tried, and none of our own preference', () => {
    const hosts = [exchanger(5, 'a.example'), exchanger(10, 'b.example'), exchanger(10, 'noi.example')];
    expect(hostsBeforeOurs([...hosts, exchanger(20, 'c.example')], isOurs)).toEqual([exchanger(5, 'a.example')]);
  });

  test('all are tried when we are not', () => {
    const hosts = [exchanger(5, 'a.example'), exchanger(10, 'b.example')];
    expect(hostsBeforeOurs(hosts, isOurs)).toEqual(hosts);
  });
});
