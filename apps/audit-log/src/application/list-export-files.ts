import { isRefusal, refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { exportFiles } from '../domain/export-files.ts';
import type { ExportRefusal } from '../domain/export.ts';
import { daysBelow } from '../persistence/entry.store.ts';
import { readExport } from '../persistence/export.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { unknownExport } from './change-export.ts';
import type { UnknownExport } from './change-export.ts';

/** The paths of a finished export's files, `limit` of them from position `from`. */
export async function listExportFiles(
  tx: Tx,
  { id, from, limit }: { readonly id: string; readonly from: number; readonly limit: number },
): Promise<string[] | UnknownExport | ExportRefusal> {
  const files = await filesOf(tx, id);
  return isRefusal(files) ? files : files.slice(from, from + limit);
}

/** The path of one file, when the export has it: no other path leads to the disk. Also `export/no-such-file`. */
export async function findExportFile(
  tx: Tx,
  { id, path }: { readonly id: string; readonly path: string },
): Promise<string | UnknownExport | ExportRefusal | Refusal<'export/no-such-file'>> {
  const files = await filesOf(tx, id);
  if (isRefusal(files)) return files;
  return (
    files.find((file) => file === path) ??
    refuse('export/no-such-file', 'TRACE-EXPORT', {
      it: 'L’esportazione non contiene questo file.',
      en: 'The export does not contain this file.',
    })
  );
}

async function filesOf(tx: Tx, id: string): Promise<string[] | UnknownExport | ExportRefusal> {
  const found = await readExport(tx, id);
  if (found === null) return unknownExport(id);
  if (found.state !== 'ready')
    return refuse(
      'export/not-in-this-state',
      'TRACE-EXPORT',
      { it: 'L’esportazione non è pronta.', en: 'The export is not ready.' },
      { state: found.state },
    );
  const days = await daysBelow(tx, found.size);
  return exportFiles(
    days.map(({ day }) => day),
    found.size,
  );
}
