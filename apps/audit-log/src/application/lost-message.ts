import { originalLost, receiptOverdue } from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { jsonOf } from './json-of.ts';

/**
 * The loss of a message's file of which a record speaks; null for every other record.
 * @rule FINDING-ORIGINAL-LOST
 */
export function originalLostIn(type: string, value: Uint8Array | null): DataOf<typeof originalLost> | null {
  if (!type.endsWith(`.${originalLost.type}`) || value === null) return null;
  const read = originalLost.data.safeParse(jsonOf(value));
  return read.success ? read.data : null;
}

/**
 * The receipt of which a record says that it has waited for a day; null for every other record.
 * @rule FINDING-RECEIPT-OVERDUE
 */
export function receiptOverdueIn(type: string, value: Uint8Array | null): DataOf<typeof receiptOverdue> | null {
  if (!type.endsWith(`.${receiptOverdue.type}`) || value === null) return null;
  const read = receiptOverdue.data.safeParse(jsonOf(value));
  return read.success ? read.data : null;
}
