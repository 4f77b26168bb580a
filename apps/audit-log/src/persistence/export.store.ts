import { formatInstant, instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { ExportState } from '../domain/export.ts';
import type { TraceExport as ExportRow } from './generated/client.ts';
import type { Tx } from './tx.ts';

/** Somebody's request for the trace as files. */
export interface TraceExport {
  readonly id: string;
  readonly state: ExportState;
  /** Entries that the export will hold: the size of its checkpoint. */
  readonly size: number;
  /** Entries written so far. */
  readonly written: number;
  readonly failure: string | null;
  readonly askedBy: string;
  readonly askedAt: Instant;
}

export async function addExport(
  tx: Tx,
  asked: Pick<TraceExport, 'id' | 'size' | 'askedBy' | 'askedAt'>,
): Promise<void> {
  await tx.traceExport.create({
    data: {
      id: asked.id,
      state: 'asked',
      size: asked.size,
      askedBy: asked.askedBy,
      askedAt: formatInstant(asked.askedAt),
    },
  });
}

export async function readExport(tx: Tx, id: string): Promise<TraceExport | null> {
  const row = await tx.traceExport.findUnique({ where: { id } });
  return row && exportOf(row);
}

/** The export, locked until the transaction ends. */
export async function lockExport(tx: Tx, id: string): Promise<TraceExport | null> {
  await tx.$queryRaw`SELECT 1 FROM trace_export WHERE id = ${id}::uuid FOR UPDATE`;
  return readExport(tx, id);
}

/** The oldest export that waits to be written, or was left half written. */
export async function nextExport(tx: Tx): Promise<TraceExport | null> {
  const row = await tx.traceExport.findFirst({
    where: { state: { in: ['asked', 'running'] } },
    orderBy: [{ askedAt: 'asc' }, { id: 'asc' }],
  });
  return row && exportOf(row);
}

export async function setExportState(
  tx: Tx,
  id: string,
  state: ExportState,
  failure: string | null = null,
): Promise<void> {
  await tx.traceExport.update({ where: { id }, data: { state, failure } });
}

/** Notes progress. False when the export is no longer being written: somebody removed it. */
export async function recordWritten(tx: Tx, id: string, written: number): Promise<boolean> {
  const { count } = await tx.traceExport.updateMany({ where: { id, state: 'running' }, data: { written } });
  return count === 1;
}

function exportOf(row: ExportRow): TraceExport {
  const { id, size, written, failure, askedBy, askedAt } = row;
  return {
    id,
    state: row.state as ExportState,
    size: Number(size),
    written: Number(written),
    failure,
    askedBy,
    askedAt: instant(askedAt.getTime()),
  };
}
