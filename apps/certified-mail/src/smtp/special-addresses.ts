import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Blocks of IPv4 that lead to no host of the Internet (IANA IPv4 Special-Purpose Address Registry), and multicast. */
const special4 = blocks('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]);

/** Unicast of the Internet (RFC 4291 section 2.4); whatever lies outside of it is special. */
const global6 = blocks('ipv6', [['2000::', 3]]);

/** Blocks inside of it that are special all the same (IANA IPv6 Special-Purpose Address Registry). */
const special6 = blocks('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

/** Whether an address is for a special purpose: loopback, private, link-local, documentation, multicast and the like. */
export function isSpecialAddress(address: string): boolean {
  if (isIPv4(address)) return special4.check(address, 'ipv4');
  // An address with a zone is link-local.
  if (!isIPv6(address) || address.includes('%')) return true;
  return !global6.check(address, 'ipv6') || special6.check(address, 'ipv6');
}

function blocks(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, family);
  return list;
}
