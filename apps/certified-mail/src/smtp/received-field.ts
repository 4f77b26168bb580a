import { isIPv4, isIPv6 } from 'node:net';
import type { Instant } from '@recapito/primitives';
import { dateHeader, headerField } from '@recapito/rfc6109';
import type { HeaderText } from '@recapito/rfc6109';

/** How a message came in: what its `Received` field says. */
export interface Reception {
  /** The name that the client gave itself in EHLO or HELO; null where none is given, as over HTTP. */
  readonly client: string | null;
  /** The IP address of the client; null where it is left out, as at the access point: it is no business of the recipients. */
  readonly clientAddress: string | null;
  /** The name of this mail server. */
  readonly by: string;
  /** `SMTP`, `ESMTPSA`, ...: a protocol of RFC 3848, or `HTTP`. */
  readonly protocol: string;
  /** By which our logs know the transaction: letters, digits and hyphens. */
  readonly id: string;
  readonly at: Instant;
}

/** What smtp-server knows of a session. */
export interface Dialog {
  readonly id: string;
  readonly secure: boolean;
  readonly user?: unknown;
  readonly remoteAddress: string;
  readonly hostNameAppearsAs: string | false;
  readonly openingCommand: string;
}

/**
 * The `Received` field, with its CRLF, that a point adds at the head of a message that it takes (RFC 5321 section 4.4).
 * What a client says of itself stands there only in the form of a host name or an address literal: `unknown` otherwise.
 * @rule RECEIVED-FIELD
 */
export function receivedField({ client, clientAddress, by, protocol, id, at }: Reception): HeaderText {
  const literal = clientAddress === null ? null : addressLiteral(clientAddress);
  const from = client === null ? '' : `from ${hostName(client)}${literal === null ? '' : ` (${literal})`} `;
  return headerField('Received', `${from}by ${hostName(by)} with ${protocol} id ${id}; ${dateHeader(at)}`);
}

/** How a dialog of SMTP came in; `showAddress` says whether the field names the client's IP address. */
export function receptionOf(
  { id, secure, user, remoteAddress, hostNameAppearsAs, openingCommand }: Dialog,
  { by, at, showAddress }: { readonly by: string; readonly at: Instant; readonly showAddress: boolean },
): Reception {
  const isSignedIn = user !== undefined && user !== false;
  const protocol = openingCommand === 'HELO' ? 'SMTP' : `ESMTP${secure ? 'S' : ''}${isSignedIn ? 'A' : ''}`;
  const client = hostNameAppearsAs === false ? '' : hostNameAppearsAs;
  return { client, clientAddress: showAddress ? remoteAddress : null, by, protocol, id, at };
}

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const name = new RegExp(`^${label}(?:\\.${label})*$`, 'i');

function hostName(said: string): string {
  const literal = /^\[(?:IPv6:)?([0-9a-f.:]+)\]$/i.exec(said)?.[1];
  if (literal !== undefined) return addressLiteral(literal) ?? 'unknown';
  return said.length <= 253 && name.test(said) ? said.toLowerCase() : 'unknown';
}

/** RFC 5321 section 4.1.3; null for what is no IP address. */
function addressLiteral(address: string): string | null {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(plain)) return `[${plain}]`;
  return isIPv6(plain) ? `[IPv6:${plain.toLowerCase()}]` : null;
}
