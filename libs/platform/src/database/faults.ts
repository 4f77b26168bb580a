/** Prisma's codes for a database that cannot be reached, or not in time. */
const away = new Set(['P1000', 'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);

/** PostgreSQL classes 08 (connection) and 57P (server going away), and the system's own connection errors. */
const awayState = /^(08...|57P0[1-5]|53300|25P04|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH)$/;

/** Serialization failure, deadlock: the same work may be tried again from its beginning. */
const conflicts = new Set(['P2034', '40001', '40P01']);

/** Whether an error says that the database is away or gave up waiting, as against a fault of ours. */
export function isDatabaseAway(thrown: unknown): boolean {
  return codesOf(thrown).some((code) => away.has(code) || awayState.test(code));
}

/** Whether an error says that two transactions met and this one lost. */
export function isWriteConflict(thrown: unknown): boolean {
  return codesOf(thrown).some((code) => conflicts.has(code));
}

/** Every code that an error and its causes carry: Prisma's own, PostgreSQL's SQLSTATE, the system's. */
function codesOf(thrown: unknown, depth = 0): string[] {
  if (typeof thrown !== 'object' || thrown === null || depth > 5) return [];
  const own = ['code', 'originalCode', 'errorCode'].map((name) => (thrown as Record<string, unknown>)[name]);
  const inner = ['cause', 'meta', 'driverAdapterError'].map((name) => (thrown as Record<string, unknown>)[name]);
  return [...own.filter((code) => typeof code === 'string'), ...inner.flatMap((each) => codesOf(each, depth + 1))];
}
