import type { Instant } from '@recapito/primitives';
import type { z } from 'zod';
import type { TopicName } from './topics.ts';

/**
 * One kind of fact on one topic. `type` is the CloudEvents type without the house's prefix (`move-planned`),
 * `version` its dataschema version: a new field is optional, a new meaning is a new type.
 */
export interface EventDefinition<Data = unknown> {
  readonly topic: TopicName;
  readonly type: string;
  readonly version: number;
  readonly data: z.ZodType<Data>;
}

/** A fact as it was read from its topic: CloudEvents 1.0 attributes and the decoded data. */
export interface Fact<Data = unknown> {
  /** `ce_id`: a UUID, the identity under which the fact takes effect once. */
  readonly id: string;
  /** `ce_source`: the service that wrote it. */
  readonly source: string;
  readonly topic: TopicName;
  readonly type: string;
  readonly version: number;
  /** The record key: what the fact is about and what its order hangs on. */
  readonly key: string;
  /** Position in the life of its aggregate, from 1, without gaps at the writer. */
  readonly sequence: number;
  /**
   * `ce_epoch`: the epoch of the writer's database when the fact was appended, 0 or system milliseconds. A database that
   * was restored counts on in a higher one, so states are compared by epoch first and by `sequence` then.
   */
  readonly epoch: number;
  /** `ce_time`: the legal instant, by the suite clock. */
  readonly time: Instant;
  readonly data: Data;
}

/** Declares an event; the value is what writers append and readers subscribe to. */
export function event<Data>(topic: TopicName, type: string, data: z.ZodType<Data>, version = 1): EventDefinition<Data> {
  return { topic, type, version, data };
}

/** The data of an event definition, as `DataOf<typeof movePlanned>`. */
export type DataOf<Definition> = Definition extends EventDefinition<infer Data> ? Data : never;
