import { refuse } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/**
 * `local@domain` in lower case, so that comparing is `===`: certified addresses are told apart without regard to case.
 * It says that the text is an address; whether it is a certified one, and whose, the providers' index knows.
 */
export type CertifiedAddress = string & { readonly __certifiedAddress: unique symbol };

const atoms = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * Reads an address in the form that certified boxes have: RFC 5321 dot-string, at most 64 octets, and a host name of
 * at least two labels, at most 254 octets in all. Quoted local parts, address literals and non-ASCII are refused.
 * Refusal: `address/malformed`.
 */
export function parseCertifiedAddress(text: string): CertifiedAddress | Refusal<'address/malformed'> {
  const address = text.trim();
  const at = address.lastIndexOf('@');
  if (address.length > 254 || !isLocalPart(address.slice(0, Math.max(at, 0))) || !isDomain(address.slice(at + 1))) {
    return refuse('address/malformed', 'ADDRESS-FORM', {
      it: 'L’indirizzo non ha la forma nome@dominio.',
      en: 'The address is not of the form name@domain.',
    });
  }
  return address.toLowerCase() as CertifiedAddress;
}

/** Brands an address that is known to be one, from data of the house. @throws RangeError when it is not. */
export function certifiedAddress(text: string): CertifiedAddress {
  const address = parseCertifiedAddress(text);
  if (typeof address !== 'string') throw new RangeError(`"${text}" is not an address of the form local@domain`);
  return address;
}

/** What stands before the `@`, in lower case. */
export function localPartOf(address: CertifiedAddress): string {
  return address.slice(0, address.lastIndexOf('@'));
}

/** What stands after the `@`, in lower case. */
export function domainOf(address: CertifiedAddress): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function isLocalPart(text: string): boolean {
  return text.length <= 64 && atoms.test(text);
}

function isDomain(text: string): boolean {
  const labels = text.split('.');
  return labels.length >= 2 && labels.every((part) => label.test(part));
}
