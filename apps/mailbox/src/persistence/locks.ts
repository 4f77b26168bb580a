import type { Tx } from './tx.ts';

/**
 * What transactions lock by a name, because no row stands for it, with what comes before the name in the advisory lock. A
 * transaction that takes several takes them in this order, and then rows: move, box.
 */
const prefixes = {
  /** A service whose calendar is armed. */
  calendar: 'calendar ',
  /** The address that homonyms of one name share, before their numbers. */
  'base-address': '',
} as const;

/** Waits until no other transaction holds the lock of that name, and holds it until the transaction ends. */
export async function lockNamed(tx: Tx, what: keyof typeof prefixes, name: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${prefixes[what] + name}, 0))`;
}
