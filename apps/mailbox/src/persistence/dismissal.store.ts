import type { Tx } from './tx.ts';

/** A box whose connections are to be ended once. */
export interface Dismissal {
  readonly id: string;
  readonly address: string;
}

/** Notes that the connections of a box are to be ended; asked again under the same id, it is one. */
export async function addDismissal(tx: Tx, { id, address }: Dismissal): Promise<void> {
  await tx.$executeRaw`INSERT INTO dismissal (id, address) VALUES (${id}::uuid, ${address}) ON CONFLICT (id) DO NOTHING`;
}

/** Whose connections are still to be ended. */
export async function dismissals(tx: Tx, limit: number): Promise<Dismissal[]> {
  return await tx.$queryRaw<Dismissal[]>`SELECT id::text, address FROM dismissal ORDER BY id LIMIT ${limit}`;
}

/** They have been ended. */
export async function removeDismissals(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.$executeRaw`DELETE FROM dismissal WHERE id = ANY (${ids}::uuid[])`;
}
