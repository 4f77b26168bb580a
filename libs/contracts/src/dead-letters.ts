import { z } from 'zod';
import { event } from './event.ts';
import type { EventDefinition } from './event.ts';
import type { TopicName } from './topics.ts';

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

type DeadLetterTopic = Extract<TopicName, `${string}.dead-letters.v1`>;

/** `service` could not make a message take effect; it is kept, and later ones of its key wait behind it. */
export function deadLettered(topic: DeadLetterTopic): EventDefinition<z.infer<typeof deadLetter>> {
  return event(topic, 'dead-lettered', deadLetter);
}
/** A kept message took effect after all. */
export function redriven(topic: DeadLetterTopic): EventDefinition<z.infer<typeof deadLetter>> {
  return event(topic, 'redriven', deadLetter);
}
