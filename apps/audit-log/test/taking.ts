import type { RawRecord } from '@recapito/messaging';
import { parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { takeBatch } from '../src/application/take-batch.ts';
import type { TakenBatch } from '../src/application/take-batch.ts';
import type { BulkTransactions } from '../src/persistence/bulk-transactions.ts';
import type { Scene } from './scene.ts';

export const august = parseInstant('2010-08-02T09:00:00+02:00');

/** Takes records of one partition as a batch that was asked for from `from`, by default from its first record. */
export function takeRecords(
  scene: Scene,
  records: readonly RawRecord[],
  more: {
    readonly at?: Instant;
    readonly transactions?: BulkTransactions;
    readonly from?: number;
    readonly sentBackTo?: number;
  } = {},
): Promise<TakenBatch> {
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a batch has records');
  const { at = august, transactions = scene.transactions, from, sentBackTo = null } = more;
  const { topic, partition, offset } = first;
  const end = String(Number(last.offset) + 1);
  const batch = { topic, partition, from: from === undefined ? offset : String(from), records, end };
  return transactions.run((tx) => takeBatch(tx, { batch, at, sentBackTo }));
}

/** A finding of the trace as it lies in the outbox. */
export interface FoundFinding {
  readonly type: string;
  readonly said: Readonly<Record<string, unknown>>;
}

/** The findings of the trace, in the order in which they were appended. */
export async function findingsOf(scene: Scene): Promise<FoundFinding[]> {
  const { rows } = await scene.owner.query<{ type: string; value: string }>(
    `SELECT type, value FROM outbox WHERE topic = 'audit-log.findings.v1' ORDER BY seq`,
  );
  return rows.map(({ type, value }) => ({ type, said: JSON.parse(value) as FoundFinding['said'] }));
}
