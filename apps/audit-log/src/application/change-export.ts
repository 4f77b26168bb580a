import { isRefusal, refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { moveExport } from '../domain/export.ts';
import type { ExportCommand, ExportRefusal } from '../domain/export.ts';
import { lockExport, setExportState } from '../persistence/export.store.ts';
import type { TraceExport } from '../persistence/export.store.ts';
import type { Tx } from '../persistence/tx.ts';

export type UnknownExport = Refusal<'export/unknown'>;

/** Leads an export on. Refusals: `export/unknown`, `export/not-in-this-state`. */
export async function changeExport(
  tx: Tx,
  {
    id,
    command,
    failure = null,
  }: { readonly id: string; readonly command: ExportCommand; readonly failure?: string | null },
): Promise<TraceExport | UnknownExport | ExportRefusal> {
  const before = await lockExport(tx, id);
  if (before === null) return unknownExport(id);
  const state = moveExport(before.state, command);
  if (isRefusal(state)) return state;
  await setExportState(tx, id, state, failure);
  return { ...before, state, failure };
}

export function unknownExport(id: string): UnknownExport {
  return refuse(
    'export/unknown',
    'TRACE-EXPORT',
    { it: 'Non esiste un’esportazione con questo identificativo.', en: 'There is no export with this id.' },
    { id },
  );
}
