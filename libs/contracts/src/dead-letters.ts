import { z } from 'zod';
import { event } from './event.ts';
import type { EventDefinition } from './event.ts';
import { operatorField, wordsField } from './fields.ts';
import type { DeadLetterTopic } from './topics.ts';

const deadLetter = z.object({
  deadLetter: z.uuid().describe(`The row in the consumer's database.`),
  topic: z.string().describe('Where the message was read: topic, partition, offset.'),
  partition: z.int(),
  offset: z.string(),
  cause: z.string().describe(`The class and the message of the error, never the message's content.`),
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
  topic: z.string().describe('What is read: topic, partition.'),
  partition: z.int(),
  generation: z.int().describe('From 1.'),
  next: z.string().describe('Offset of the next record, decimal.'),
  cause: z
    .string()
    .describe(
      '`end-below-position`, `begins-above-position`, `last-record-missing`, `offsets-skipped`, `other-record-before-position`.',
    ),
});

/** `service` reads no more of a partition: it does not continue what was read of it. An operator must decide. */
export function readingStopped(topic: DeadLetterTopic): EventDefinition<z.infer<typeof stoppedPartition>> {
  return event(topic, 'reading-stopped', stoppedPartition);
}

const continuedReading = stoppedPartition.extend({
  continuedBy: operatorField,
  reason: wordsField,
});

/** An operator let `service` read on in a stopped partition: `generation` is the new one and begins at `next`. */
export function readingContinued(topic: DeadLetterTopic): EventDefinition<z.infer<typeof continuedReading>> {
  return event(topic, 'reading-continued', continuedReading);
}
