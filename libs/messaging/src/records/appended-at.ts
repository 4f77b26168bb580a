import type { RawRecord } from './codec.ts';

const versionSeven = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-/;

/**
 * System milliseconds (UTC) at which a record's fact was appended to its outbox: what `ce_appendedat` says, else the time
 * in its id when that is a version 7 UUID, else the broker's time. The first two survive that a topic is published again.
 */
export function appendedAt({ headers, timestamp }: Pick<RawRecord, 'headers' | 'timestamp'>): number {
  const text = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1].toString('utf8') ?? '';
  const stated = Date.parse(text('ce_appendedat'));
  if (Number.isFinite(stated)) return stated;
  const inId = versionSeven.exec(text('ce_id'));
  return inId === null ? timestamp : Number.parseInt(`${inId[1] ?? ''}${inId[2] ?? ''}`, 16);
}
