import type { Tx } from './tx.ts';

/**
 * What transactions lock by a name, because no row stands for it, with the seed of its advisory lock. A transaction that takes
 * several takes them in this order, and then rows: hold, message, submission with its recipients, emissions or placements.
 */
const seeds = {
  /** SHA-256 of what makes two submissions the same legal message. */
  'legal-key': 6_109,
  /** What makes two arrivals from other providers the same. */
  'arrival-key': 2_226_109,
  /** The address of a box whose sending is counted. */
  sender: 3_116_109,
  /** The mark of the spool folder: at starts alone. */
  'spool-mark': 6_109,
} as const;

/** Waits until no other transaction holds the lock of that name, and holds it until the transaction ends. */
export async function lockNamed(tx: Tx, what: keyof typeof seeds, name: string): Promise<void> {
  await tx.$executeRawUnsafe(`SELECT pg_advisory_xact_lock(hashtextextended($1::text, ${seeds[what]}))`, name);
}
