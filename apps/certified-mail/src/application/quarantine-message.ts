import { dayOf, monthsLaterBound } from '@recapito/primitives';
import { addQuarantined } from '../persistence/quarantine.store.ts';
import type { Quarantined } from '../persistence/quarantine.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { EarlyFile } from './early-file.ts';

/** How long an infected message is kept (DPR 68/2005 article 12). */
const months = 30;

/**
 * Keeps an infected message, whose file lies in quarantine, through the corresponding day thirty months later in Rome.
 * @rule VIRUS-KEPT-30-MONTHS
 */
export async function quarantineMessage(
  tx: Tx,
  found: Omit<Quarantined, 'id' | 'bytes' | 'keepUntil' | 'sha256'>,
  { name: id, sha256, bytes }: EarlyFile,
): Promise<void> {
  const keepUntil = monthsLaterBound(dayOf(found.at), months);
  await addQuarantined(tx, { ...found, id, sha256, keepUntil, bytes: bytes.byteLength });
}
