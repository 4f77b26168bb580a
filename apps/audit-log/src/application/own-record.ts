import type { EventDefinition } from '@recapito/contracts';
import { cloudEventType } from '@recapito/messaging';
import { formatInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { TraceRecord } from '../domain/leaf.ts';

/** What the trace states about itself, and under which partition it is filed. */
export interface OwnStatement<Data> {
  readonly topic: string;
  readonly partition: number;
  /** By the suite clock. */
  readonly at: Instant;
  readonly data: Data;
}

/** A statement of the trace about itself in the form of a record, at an offset that no record has (-1). */
export function ownRecord<Data>(
  definition: EventDefinition<Data>,
  { topic, partition, at, data }: OwnStatement<Data>,
): TraceRecord {
  const header = (name: string, value: string) => [name, Buffer.from(value)] as const;
  return {
    topic,
    partition,
    offset: -1,
    key: null,
    headers: [
      header('ce_type', cloudEventType(definition.topic, definition.type)),
      header('ce_time', formatInstant(at)),
    ],
    value: Buffer.from(JSON.stringify(data)),
  };
}
