import { generationOpened } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import { derivedId, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import { beginGeneration, closeBreak, lockPosition } from '../persistence/ingest.store.ts';
import type { Partition } from '../persistence/ingest.store.ts';
import { appendRecords } from './append-records.ts';
import { ownRecord } from './own-record.ts';

/** An operator's decision to read on in a partition that was stopped. */
export interface GenerationToOpen extends Partition {
  /** The first offset that the broker has of the partition. */
  readonly low: number;
  /** The operator's name. */
  readonly by: string;
  readonly reason: string;
  /** By the suite clock. */
  readonly at: Instant;
}

/** The generation that begins, and where. */
export interface OpenedGeneration extends Partition {
  readonly generation: number;
  readonly next: number;
}

/**
 * Begins a new generation of a stopped partition: behind a gap in the log that was read, else at the first record that the
 * broker has. Records that both logs share are known by their id and fingerprint and make no second entry, so the first
 * entry of the generation is the first record that they do not share. An entry of the trace itself comes before it, with the operator's name and reason, and a
 * finding is published. Refusal: `partition/not-stopped`.
 * @rule TRACE-GENERATION
 */
export async function openGeneration(
  tx: BulkTransaction,
  { topic, partition, low, by, reason, at }: GenerationToOpen,
): Promise<OpenedGeneration | Refusal<'partition/not-stopped'>> {
  const { stopped, ...position } = await lockPosition(tx, topic, partition);
  if (stopped === null) return notStopped(topic, partition);
  const generation = position.generation + 1;
  const finding = derivedId('generation', topic, String(partition), String(generation));
  const { next } = position;
  const data = { finding, topic, partition, generation, next, cause: stopped, openedBy: by, reason };
  await closeBreak(tx, { topic, partition }, { generation: position.generation, by, reason, at });
  const begin = stopped === 'offsets-skipped' ? Math.max(low, next) : low;
  await beginGeneration(tx, { topic, partition }, { generation, next: begin });
  const record = ownRecord(generationOpened, { topic, partition, at, data });
  await appendRecords(tx, { at, records: [{ generation, eventAt: at, record }] });
  await append(tx, generationOpened, { key: finding, sequence: 1, time: at, data });
  return { topic, partition, generation, next: begin };
}

function notStopped(topic: string, partition: number): Refusal<'partition/not-stopped'> {
  return refuse(
    'partition/not-stopped',
    'TRACE-GENERATION',
    {
      it: 'La lettura di questa partizione non è ferma: non c’è nulla da decidere.',
      en: 'The reading of this partition is not stopped: there is nothing to decide.',
    },
    { topic, partition },
  );
}
