import { createHash } from 'node:crypto';
import { stateAfter, statesBefore } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { CohortRow, Fault } from '../domain/cohort-row.ts';
import { loadLife } from '../domain/load.ts';
import type { LoadState } from '../domain/load.ts';
import type { Load as LoadRow } from './generated/client.ts';
import type { Tx } from './transaction.ts';

/** A load as its row has it. */
export type Load = Omit<LoadRow, 'state'> & { readonly state: LoadState };

/** Counters of a load: `rows = accepted + rejected + unchanged`. */
export interface LoadCounts {
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly unchanged: number;
}

/** A row that stayed out, with all that is wrong with it. */
export interface RejectedRow {
  readonly line: number;
  readonly cells: CohortRow['cells'];
  readonly faults: readonly Fault[];
}

export async function insertLoad(
  tx: Tx,
  load: { id: string; campaign: string; sha256: string; file: string; expected: number; at: Instant },
): Promise<Load> {
  const { at, ...columns } = load;
  const state: LoadState = 'received';
  return loadOf(await tx.load.create({ data: { ...columns, state, receivedAt: new Date(at) } }));
}

/** The load, its row locked until the transaction ends. */
export async function lockLoad(tx: Tx, id: string): Promise<Load | null> {
  await tx.$queryRaw`SELECT 1 FROM load WHERE id = ${id}::uuid FOR UPDATE`;
  return findLoad(tx, id);
}

export async function findLoad(tx: Tx, id: string): Promise<Load | null> {
  const row = await tx.load.findUnique({ where: { id } });
  return row && loadOf(row);
}

/** Loads that are not read to their end, the oldest first. */
export async function unfinishedLoads(tx: Tx): Promise<Load[]> {
  const rows = await tx.load.findMany({
    where: { state: { in: statesBefore(loadLife, 'advance') } },
    orderBy: [{ receivedAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map(loadOf);
}

/** The load of a campaign that was received last. */
export async function lastLoad(tx: Tx, campaign: string): Promise<Load | null> {
  const row = await tx.load.findFirst({ where: { campaign }, orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }] });
  return row && loadOf(row);
}

/** Adds the counts of one chunk, and saves the line on which it ended. */
export async function advanceLoad(tx: Tx, id: string, line: number, counts: LoadCounts): Promise<void> {
  const { rows, accepted, rejected, unchanged } = counts;
  await tx.load.update({
    where: { id },
    data: {
      line,
      rows: { increment: rows },
      accepted: { increment: accepted },
      rejected: { increment: rejected },
      unchanged: { increment: unchanged },
    },
  });
}

export async function finishLoad(tx: Tx, id: string): Promise<void> {
  await tx.load.update({ where: { id }, data: { state: stateAfter(loadLife, 'end') } });
}

function loadOf(row: LoadRow): Load {
  return { ...row, state: row.state as LoadState };
}

export async function insertRejects(tx: Tx, load: string, rejected: readonly RejectedRow[]): Promise<void> {
  const data = rejected.flatMap(({ line, cells, faults }) =>
    faults.map(({ campo, codice, messaggio }, ordinal) => ({
      load,
      line,
      ordinal,
      campo,
      codice,
      words: messaggio,
      cells,
    })),
  );
  if (data.length > 0) await tx.reject.createMany({ data });
}

/** Faults of a load in the order of the file, from after (`line`, `ordinal`). */
export async function rejectsAfter(tx: Tx, load: string, after: { line: number; ordinal: number }, limit: number) {
  return tx.reject.findMany({
    where: { load, OR: [{ line: { gt: after.line } }, { line: after.line, ordinal: { gt: after.ordinal } }] },
    orderBy: [{ line: 'asc' }, { ordinal: 'asc' }],
    take: limit,
  });
}

/** SHA-256 of what a row means, whatever the order of its columns was. */
export function fingerprintOf(meaning: object): string {
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex');
}
