import { decodeEnvelope } from '../records/codec.ts';
import type { RawRecord } from '../records/codec.ts';
import type { ReadFact } from './forgotten.ts';

/** A record as a fact of the service that writes its topic; undefined for one that is none. */
export function ownFactOf(service: string, record: RawRecord): ReadFact | undefined {
  if (record.value === null) return undefined;
  try {
    const envelope = decodeEnvelope(record);
    const value = new TextDecoder('utf-8', { fatal: true }).decode(record.value);
    return envelope.source === service && !value.includes('\0') ? { envelope, record, value } : undefined;
  } catch {
    return undefined;
  }
}
