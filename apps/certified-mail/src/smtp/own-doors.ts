import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Exchanger } from '../domain/mail-exchange.ts';

/** How this installation's doors are known from outside. */
export interface OwnDoors {
  /** The ports on which they listen here. */
  readonly ports: readonly number[];
  /** Names or addresses, lower case, by which others come to them where that is not seen from here: behind NAT. */
  readonly known: readonly string[];
}

/** Whether who goes to a host at this port comes to a door of ours. */
export function isOwnDoor({ ports, known }: OwnDoors, { host, addresses }: Exchanger, port: number): boolean {
  if ([host, ...addresses].some((each) => known.includes(each))) return true;
  if (!ports.includes(port)) return false;
  const here = thisMachine();
  return addresses.some((address) => here.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'));
}

/** Every address at which this machine is: its interfaces as they are now, and what never leaves it. */
function thisMachine(): BlockList {
  const here = new BlockList();
  here.addSubnet('127.0.0.0', 8);
  for (const address of ['0.0.0.0', '::', '::1']) here.addAddress(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  for (const { address } of own) here.addAddress(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  return here;
}
