import { randomUUID } from 'node:crypto';
import { dayOf, monthsLaterBound } from '@recapito/primitives';
import { addQuarantined } from '../persistence/quarantine.store.ts';
import type { Quarantined } from '../persistence/quarantine.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { MailParts } from './mail-parts.ts';

/** How long an infected message is kept (DPR 68/2005 article 12). */
const months = 30;

/**
 * Keeps an infected message aside, encrypted, through the corresponding day thirty months later in Rome. Its file is on
 * the disk before the row that names it commits. // VIRUS-KEPT-30-MONTHS
 */
export async function quarantineMessage(
  tx: Tx,
  { quarantine }: MailParts,
  found: Omit<Quarantined, 'id' | 'bytes' | 'keepUntil' | 'sha256'>,
  message: Buffer,
): Promise<void> {
  const id = randomUUID();
  const sha256 = await quarantine.save(id, message);
  const keepUntil = monthsLaterBound(dayOf(found.at), months);
  await addQuarantined(tx, { ...found, id, sha256, keepUntil, bytes: message.byteLength });
}
