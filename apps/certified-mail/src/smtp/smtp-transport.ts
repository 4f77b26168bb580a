import { rootCertificates } from 'node:tls';
import type { PeerCertificate } from 'node:tls';
import { createTransport } from 'nodemailer';
import type { IncomingTransaction } from '../application/incoming/receive-incoming.ts';
import { allRefusedFor, refusedFor } from '../domain/rejected-recipient.ts';
import type { RejectedRecipient } from '../domain/rejected-recipient.ts';
import { judgePeerName } from './peer-certificate.ts';
import type { PeerNames } from './peer-certificate.ts';

/** What another provider's incoming point said: all whom it does not name have been taken. */
export interface Sent {
  /** A no for good, by address. */
  readonly refused: ReadonlyMap<string, RejectedRecipient>;
  /** Addresses that it has deferred (4xx). */
  readonly later: readonly string[];
}

/** A host to send to, over a few connections that are kept open. */
export type Transport = ReturnType<typeof pooled>;

/** Where a host is, by name or address, and what is asked of its TLS. */
export interface Host {
  readonly host: string;
  readonly port: number;
  /** By what name we greet it. */
  readonly ownName: string;
  /** By what name it was found, which it is told when TLS begins. */
  readonly serverName: string;
  readonly tls: HostTls;
}

/**
 * What is asked of a host's TLS. `certified`: always TLS, with a certificate for one of the names, by one of the authorities
 * (PEM) or, unless the host is known by a route, a public one. `encrypted`: always TLS, by whatever certificate. `offered`:
 * TLS where the host offers it, by whatever certificate.
 */
export type HostTls =
  | {
      readonly demand: 'certified';
      readonly names: PeerNames;
      readonly authorities: readonly string[];
      readonly publicToo: boolean;
    }
  | { readonly demand: 'encrypted' }
  | { readonly demand: 'offered' };

interface Reply {
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  readonly recipient?: string | undefined;
  readonly command?: string | undefined;
}

const connections = 4;
export const connectMs = 10_000;
/** How long the answer to DATA may take: the other side writes to its disk before it gives it. */
export const answerMs = 60_000;

/** Commands whose reply is about a message or its recipients. */
const aboutMessages: ReadonlySet<string> = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);

export function pooled(host: Host) {
  const pool = { pool: true, maxConnections: connections, maxMessages: Number.POSITIVE_INFINITY } as const;
  return createTransport({ ...pool, ...settings(host) });
}

/** How a host is connected to. */
export function settings({ host, port, ownName: name, serverName, tls }: Host) {
  return {
    name,
    host,
    port,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: answerMs,
    ...securedAs(tls, serverName),
  };
}

function securedAs(tls: HostTls, servername: string) {
  const options = { servername, minVersion: 'TLSv1.2' } as const;
  if (tls.demand === 'offered') return { opportunisticTLS: true, tls: { ...options, rejectUnauthorized: false } };
  if (tls.demand === 'encrypted') return { requireTLS: true, tls: { ...options, rejectUnauthorized: false } };
  const { names, authorities, publicToo } = tls;
  const ca = [...authorities, ...(publicToo ? rootCertificates : [])];
  const checkServerIdentity = (_: string, certificate: PeerCertificate) =>
    judgePeerName(names, certificate) ?? undefined;
  return { requireTLS: true, tls: { ...options, ca, checkServerIdentity } };
}

/** @throws Error when the host did not judge the message, or put it off. */
export async function sendOver(
  transport: Transport,
  { reversePath, forwardPath, bytes }: IncomingTransaction,
  signal: AbortSignal,
): Promise<Sent> {
  try {
    const envelope = { from: reversePath, to: [...forwardPath] };
    return judged(await transport.sendMail({ envelope, raw: bytes, signal }));
  } catch (error) {
    return refusedByAll(error, forwardPath);
  }
}

/** What a host said that took a message for one recipient at least. */
export function judged({ rejectedErrors }: { readonly rejectedErrors?: unknown }): Sent {
  return sorted((rejectedErrors ?? []) as Reply[]);
}

/** What a host said that refused a message for good, as a whole or for each. @throws the error when it said anything else */
export function refusedByAll(error: unknown, forwardPath: readonly string[]): Sent {
  const { responseCode = 0, response = '', rejectedErrors = [] } = error as Reply & { rejectedErrors?: Reply[] };
  // Every recipient was refused, each with a reply of its own; or the message as a whole.
  if (rejectedErrors.length === forwardPath.length && rejectedErrors.some(isPermanent)) return sorted(rejectedErrors);
  if (responseCode < 500 || isAway(error)) throw error;
  return { refused: allRefusedFor(forwardPath, response), later: [] };
}

/** Whether an error says that a host cannot be reached, does not let us in, or says goodbye (421): another may do better. */
export function isAway(error: unknown): boolean {
  const { responseCode, command = '' } = error as Reply;
  return responseCode === undefined || responseCode === 421 || !aboutMessages.has(command);
}

function sorted(replies: readonly Reply[]): Sent {
  const named = replies.map((reply) => ({ ...reply, recipient: reply.recipient ?? '' }));
  const refused = named.filter(isPermanent);
  return {
    refused: new Map(refused.map(({ recipient, response = '' }) => [recipient, refusedFor(response)])),
    later: named.filter((reply) => !isPermanent(reply)).map(({ recipient }) => recipient),
  };
}

function isPermanent({ responseCode = 0 }: Reply): boolean {
  return responseCode >= 500;
}
