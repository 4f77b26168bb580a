import { generationOpened } from '@recapito/contracts';
import { append, cloudEventType } from '@recapito/messaging';
import { derivedId, formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Break, ReadingPosition } from '../domain/continuity.ts';
import type { TraceRecord } from '../domain/leaf.ts';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import { beginGeneration } from '../persistence/ingest.store.ts';
import { appendRecords } from './append-records.ts';

/** Which partition broke with what was read before, how, and when that was seen. */
export interface GenerationToOpen {
  readonly topic: string;
  readonly partition: number;
  readonly position: ReadingPosition;
  readonly cause: Break;
  readonly at: Instant;
}

/**
 * Begins a new generation of a partition, to be read from its first record. An entry of the trace itself says so, before
 * the first entry of that generation, and a finding tells whoever watches. // TRACE-GENERATION
 */
export async function openGeneration(tx: BulkTransaction, command: GenerationToOpen): Promise<void> {
  const { topic, partition, position, cause, at } = command;
  const generation = position.generation + 1;
  const finding = derivedId('generation', topic, String(partition), String(generation));
  const said = { finding, topic, partition, generation, next: position.next, cause };
  await beginGeneration(tx, command, generation);
  await appendRecords(tx, { at, records: [{ generation, eventAt: at, record: recordOf(said, at) }] });
  await append(tx, generationOpened, { key: finding, sequence: 1, time: at, data: said });
}

/** What the trace says about itself has the form of a record, at an offset that no record has. */
function recordOf(said: { readonly topic: string; readonly partition: number }, at: Instant): TraceRecord {
  const header = (name: string, value: string) => [name, Buffer.from(value)] as const;
  const { topic: about, type } = generationOpened;
  return {
    topic: said.topic,
    partition: said.partition,
    offset: -1,
    key: null,
    headers: [header('ce_type', cloudEventType(about, type)), header('ce_time', formatInstant(at))],
    value: Buffer.from(JSON.stringify(said)),
  };
}
