import { receiptDoubted } from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { jsonOf } from './json-of.ts';

/**
 * The receipt that a record shows as one that does not fit what certified-mail knows; null for every other record.
 * @rule FINDING-DOUBTED-RECEIPT
 */
export function doubtedReceiptIn(type: string, value: Uint8Array | null): DataOf<typeof receiptDoubted> | null {
  if (!type.endsWith(`.${receiptDoubted.type}`) || value === null) return null;
  const read = receiptDoubted.data.safeParse(jsonOf(value));
  return read.success ? read.data : null;
}
