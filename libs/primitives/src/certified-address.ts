import { domainToASCII, domainToUnicode } from 'node:url';
import { isRefusal, refuse } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/**
 * `local@domain` in lower case, so that comparing is `===`: certified addresses are told apart without regard to case.
 * It says that the text is an address; whether it is a certified one, and whose, the providers' index knows.
 */
export type CertifiedAddress = string & { readonly __certifiedAddress: unique symbol };

const atom = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+";
const dotString = `${atom}(?:\\.${atom})*`;
const hostLabel = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const atoms = new RegExp(`^${dotString}$`, 'i');
const label = new RegExp(`^${hostLabel}$`, 'i');

/** Most addresses: all of it ASCII, no A-label. An address that does not match is read label by label. */
const plainAddress = new RegExp(
  `^(?=[^@]{1,64}@)(${dotString})@((?:(?!xn--)${hostLabel}\\.)+(?!xn--)${hostLabel})$`,
  'i',
);

/** An address as somebody wrote it. */
export interface WrittenAddress {
  /** By which it is compared. */
  readonly address: CertifiedAddress;
  /** The local part with the case in which it was written, `@`, the domain in lower case: for servers to which case matters. */
  readonly exact: string;
}

/**
 * Reads an address in the form that certified boxes have: RFC 5321 dot-string, at most 64 octets, and a host name of
 * at least two labels, at most 254 octets in all. A label beyond ASCII becomes its A-label (`xn--`), so that both ways
 * to write a domain are one address. Quoted local parts, address literals, local parts beyond ASCII and A-labels that
 * stand for nothing are refused. Refusal: `address/malformed`.
 * @rule ADDRESS-FORM ADDRESS-A-LABELS
 */
export function parseWrittenAddress(text: string): WrittenAddress | Refusal<'address/malformed'> {
  const trimmed = text.trim();
  const plain = plainAddress.exec(trimmed);
  if (plain !== null && trimmed.length <= 254) {
    const exact = `${plain[1] ?? ''}@${(plain[2] ?? '').toLowerCase()}`;
    return { address: exact.toLowerCase() as CertifiedAddress, exact };
  }
  const at = trimmed.lastIndexOf('@');
  const localPart = trimmed.slice(0, Math.max(at, 0));
  const exact = `${localPart}@${trimmed
    .slice(at + 1)
    .split('.')
    .map(asciiLabel)
    .join('.')}`;
  if (exact.length > 254 || !isLocalPart(localPart) || !isDomain(exact.slice(localPart.length + 1))) {
    return refuse('address/malformed', 'ADDRESS-FORM', {
      it: 'L’indirizzo non ha la forma nome@dominio.',
      en: 'The address is not of the form name@domain.',
    });
  }
  return { address: exact.toLowerCase() as CertifiedAddress, exact };
}

/** Reads an address as it is compared. Refusal: `address/malformed`, as {@link parseWrittenAddress}. */
export function parseCertifiedAddress(text: string): CertifiedAddress | Refusal<'address/malformed'> {
  const written = parseWrittenAddress(text);
  return isRefusal(written) ? written : written.address;
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
  return labels.length >= 2 && labels.every((part) => label.test(part) && (!part.startsWith('xn--') || isALabel(part)));
}

/** True for the A-label of something that ASCII cannot write. */
function isALabel(text: string): boolean {
  const unicode = domainToUnicode(text);
  return !isAscii(unicode) && domainToASCII(unicode) === text;
}

/**
 * A label in lower case, as an A-label when it is written in other letters. Empty when it cannot be one: also when it
 * holds what the A-label leaves out or changes, as invisible or full-width letters, so that nothing is read into it.
 */
function asciiLabel(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  const encoded = domainToASCII(text);
  return domainToUnicode(encoded) === text.normalize('NFC').toLowerCase() ? encoded : '';
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}
