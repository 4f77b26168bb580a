import type { Refusal } from '@recapito/primitives';

/**
 * What becomes of a record whose handling failed:
 * `permanent` can never succeed and is a dead letter at once; `infrastructure` says nothing about the record, which is
 * tried for ever with growing pauses; `other` is tried three times within two seconds, then is a dead letter.
 */
export type FailureClass = 'permanent' | 'infrastructure' | 'other';

/** A record that no retry can help. Thrown by decoding; a handler may throw it too. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}

/** A fault of something the handler needs (a server away, a time-out): the record is tried until it is back. */
export class InfrastructureFailure extends Error {
  override readonly name = 'InfrastructureFailure';
}

/** A handler returned a refusal: a fact that should have been possible was refused, and somebody must look. */
export class HandlerRefused extends PermanentFailure {
  constructor(readonly refusal: Refusal) {
    super(`${refusal.refused} (${refusal.rule})`);
  }
}

// SQLSTATEs that speak of the server or of the moment: connection (08), serialization and deadlock (40), resources
// (53), lock not available and cancelled (55P03, 57014), shutting down (57P0x), system error (58), idle too long (25P0x),
// read-only (25006: a standby, or a server that was told to write nothing).
const passingSqlState = /^(08...|25006|40001|40003|40P01|53...|55P03|57014|57P0.|58...|25P03|25P04)$/;

// Unreachable, pool exhausted, time-out, connection closed, transaction expired, write conflict.
const passingPrismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037']);

const passingSystemCodes =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN|EMFILE|ENFILE|ENOSPC|EDQUOT|EROFS|EIO|EOPENBREAKER|ESEMLOCKED|UND_ERR_\w+)$/;

const passingNames =
  /^(InfrastructureFailure|KafkaJS\w*|TimeoutError|AbortError|MaxRetriesPerRequestError|PrismaClientInitializationError)$/;

// pg and ioredis say these without a code.
const passingWords =
  /^(Connection terminated|Connection ended|timeout expired|timeout exceeded when trying to connect|Query read timeout|Connection is closed|Client has encountered a connection error|Client was closed)/i;

const passingAdapterKinds = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'TransactionWriteConflict',
  'TooManyConnections',
  'SocketTimeout',
  'TransactionAlreadyClosed',
]);

/** Sorts an error by what it says about the record at hand; looks through `cause` and Prisma's `meta` to the root. */
export function classify(error: unknown): FailureClass {
  for (const link of chainOf(error)) {
    if (link instanceof PermanentFailure) return 'permanent';
    if (isPassing(link)) return 'infrastructure';
  }
  return 'other';
}

function isPassing(link: object): boolean {
  const { code, name, message, kind, originalCode } = link as Record<string, unknown>;
  return (
    matches(passingSqlState, code) ||
    matches(passingSqlState, originalCode) ||
    matches(passingSystemCodes, code) ||
    (typeof code === 'string' && passingPrismaCodes.has(code)) ||
    matches(passingNames, name) ||
    matches(passingWords, message) ||
    (typeof kind === 'string' && passingAdapterKinds.has(kind))
  );
}

function matches(form: RegExp, value: unknown): boolean {
  return typeof value === 'string' && form.test(value);
}

/** An error and what it says it came from, outermost first; bounded, for causes may form a ring. */
function chainOf(error: unknown): object[] {
  const found: object[] = [];
  const open: unknown[] = [error];
  while (open.length > 0 && found.length < 16) {
    const link = open.shift();
    if (typeof link !== 'object' || link === null || found.includes(link)) continue;
    found.push(link);
    const { cause, meta, driverAdapterError, errors } = link as Record<string, unknown>;
    open.push(cause, meta, driverAdapterError, ...(Array.isArray(errors) ? (errors as unknown[]) : []));
  }
  return found;
}

/** Milliseconds to wait after the nth failure of infrastructure: from 100, doubled each time, no more than 5 s. */
export function infrastructurePause(tries: number): number {
  return Math.min(5_000, 50 * 2 ** Math.min(tries, 10));
}

/** The deepest cause says nothing of broker or network: our own code is at fault. */
export function isFault(error: unknown): boolean {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  return classify(root) !== 'infrastructure';
}
