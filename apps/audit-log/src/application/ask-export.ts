import { randomUUID } from 'node:crypto';
import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { addExport, readExport } from '../persistence/export.store.ts';
import type { TraceExport } from '../persistence/export.store.ts';
import { lastHead } from '../persistence/tree.store.ts';
import type { Tx } from '../persistence/tx.ts';

/**
 * Asks for the trace as files, up to the newest checkpoint. Refusal: `export/nothing-signed`, before the first one.
 * @rule TRACE-EXPORT
 */
export async function askExport(
  tx: Tx,
  { askedBy, at }: { readonly askedBy: string; readonly at: Instant },
): Promise<TraceExport | Refusal<'export/nothing-signed'>> {
  const head = await lastHead(tx);
  if (head === null)
    return refuse('export/nothing-signed', 'TRACE-EXPORT', {
      it: 'La traccia non ha ancora un checkpoint firmato: non c’è nulla da esportare.',
      en: 'The trace has no signed checkpoint yet: there is nothing to export.',
    });
  const asked = { id: randomUUID(), size: head.size, askedBy, askedAt: at };
  await addExport(tx, asked);
  const added = await readExport(tx, asked.id);
  if (added === null) throw new Error(`the export ${asked.id} is gone as soon as it was asked for`);
  return added;
}
