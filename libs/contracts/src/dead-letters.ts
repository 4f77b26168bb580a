import { z } from 'zod';
import { event } from './event.ts';
import type { EventDefinition } from './event.ts';
import type { DeadLetterTopic } from './topics.ts';

const deadLetter = z.object({
  /** The row in the consumer's database. */
  deadLetter: z.uuid(),
  /** Where the message was read: topic, partition, offset. */
  topic: z.string(),
  partition: z.int(),
  offset: z.string(),
  /** The class and the message of the error, never the message's content. */
  cause: z.string(),
});

/** `service` could not make a message take effect; it is kept, and later ones of its key wait behind it. */
export function deadLettered(topic: DeadLetterTopic): EventDefinition<z.infer<typeof deadLetter>> {
  return event(topic, 'dead-lettered', deadLetter);
}
/** A kept message took effect after all. */
export function redriven(topic: DeadLetterTopic): EventDefinition<z.infer<typeof deadLetter>> {
  return event(topic, 'redriven', deadLetter);
}

const stoppedPartition = z.object({
  /** What is read: topic, partition. */
  topic: z.string(),
  partition: z.int(),
  /** From 1. */
  generation: z.int(),
  /** Offset of the next record, decimal. */
  next: z.string(),
  /** `end-below-position`, `begins-above-position`, `last-record-missing`, `offsets-skipped`, `other-record-before-position`. */
  cause: z.string(),
});

/** `service` reads no more of a partition: it does not continue what was read of it. An operator must decide. */
export function readingStopped(topic: DeadLetterTopic): EventDefinition<z.infer<typeof stoppedPartition>> {
  return event(topic, 'reading-stopped', stoppedPartition);
}

const continuedReading = stoppedPartition.extend({
  /** The operator's name. */
  continuedBy: z.string(),
  reason: z.string(),
});

/** An operator let `service` read on in a stopped partition: `generation` is the new one and begins at `next`. */
export function readingContinued(topic: DeadLetterTopic): EventDefinition<z.infer<typeof continuedReading>> {
  return event(topic, 'reading-continued', continuedReading);
}
