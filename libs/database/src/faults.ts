/** Prisma's codes for a database that cannot be reached, or not in time. */
const away = new Set(['P1000', 'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);

/**
 * PostgreSQL classes 08 (connection), 53 (no room on its disk or in memory, no connection free), 57P (server going away)
 * and 58 (its disk fails or is read-only), 25006 (it may only be read), and the system's own connection errors.
 */
const awayState =
  /^(08...|57P0[1-5]|53...|58...|25006|25P04|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH)$/;

/** What Prisma's adapter says instead of a code when a raw query meets it. */
const awayKinds = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TransactionAlreadyClosed',
]);

/** pg says these without a code. */
const awayWords = /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying)/i;

/** Serialization failure, deadlock: the same work may be tried again from its beginning. */
const conflicts = new Set(['P2034', '40001', '40P01']);

/** Whether an error says that the database is away or gave up waiting, as against a fault of ours. */
export function isDatabaseAway(thrown: unknown): boolean {
  return chainOf(thrown).some(
    (link) =>
      codesOf(link).some((code) => away.has(code) || awayState.test(code)) ||
      awayKinds.has(String(link['kind'])) ||
      awayWords.test(String(link['message'])),
  );
}

/** Whether an error says that two transactions met and this one lost. */
export function isWriteConflict(thrown: unknown): boolean {
  return chainOf(thrown).some((link) => codesOf(link).some((code) => conflicts.has(code)));
}

type Link = Readonly<Record<string, unknown>>;

/** Every code that an error carries by itself: Prisma's own, PostgreSQL's SQLSTATE, the system's. */
function codesOf(link: Link): string[] {
  return ['code', 'originalCode', 'errorCode'].map((name) => link[name]).filter((code) => typeof code === 'string');
}

/** An error and what it came from, as Prisma and its adapter nest them. */
function chainOf(thrown: unknown, depth = 0): Link[] {
  if (typeof thrown !== 'object' || thrown === null || depth > 5) return [];
  const link = thrown as Link;
  return [link, ...['cause', 'meta', 'driverAdapterError'].flatMap((name) => chainOf(link[name], depth + 1))];
}
