import { domainToASCII } from 'node:url';
import { isRefusal, parseWrittenAddress } from '@recapito/primitives';

/** An address of the longest form that mail has (RFC 5321 section 4.5.3.1), with room for a quoted local part. */
const longestAddress = 400;

/**
 * The address of a certified box as certification data name it, its letters as they stand, its domain in A-labels; null
 * when it is none: receipts are sent there, and it stands in their header.
 * @rule DATICERT-ADDRESS
 */
export function certifiedBox(text: string | null): string | null {
  const address = parseWrittenAddress(text ?? '');
  if (text === null || isRefusal(address)) return null;
  return isAscii(text) ? text : address.exact;
}

/** An address that is only named: that of an ordinary recipient, or for replies. Printable ASCII, or null. */
export function namedAddress(text: string | null): string | null {
  const address = inLabels(text);
  return address !== null && address.length <= longestAddress && /^[ -~]+$/.test(address) ? address : null;
}

function inLabels(text: string | null): string | null {
  if (text === null || text === '' || isAscii(text)) return text === '' ? null : text;
  const at = text.lastIndexOf('@') + 1;
  const domain = at === 0 ? '' : domainToASCII(text.slice(at));
  return domain === '' ? null : text.slice(0, at) + domain;
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}
