import { domainToASCII } from 'node:url';

/**
 * An address as it is compared: without case, its domain in A-labels (RFC 5890).
 * @rule INCOMING-RECIPIENTS
 */
export function comparableAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return `${address.slice(0, at + 1)}${domainToASCII(domain) || domain}`.toLowerCase();
}

/** Whether two addresses are the same one. */
export function isSameAddress(one: string, other: string): boolean {
  return comparableAddress(one) === comparableAddress(other);
}
