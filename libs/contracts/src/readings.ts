import { z } from 'zod';
import { event } from './event.ts';
import type { EventDefinition } from './event.ts';
import { personal, wordsField } from './fields.ts';
import type { ReadingsTopic } from './topics.ts';

const named = z.object({
  kind: z
    .enum(['service', 'operator', 'session'])
    .describe(
      '`service`: another service of the suite; `operator`: a person who runs it; `session`: a holder who signed in.',
    ),
  caller: personal(z.string()).describe(`The service's or the operator's name, or the holder's id.`),
  act: z.string().describe(`The route's permission: a verb and a noun.`),
  subject: personal(z.string()).describe(
    'Path and query of the request: what was asked for, and the filter of a list.',
  ),
  purpose: wordsField.nullable().describe('Why, in words; null when the caller did not say.'),
});

type Named = z.infer<typeof named>;

/** Somebody was shown personal data of others: who, of what, and why; never the data. The record key is the reading's id. */
export function dataRead(topic: ReadingsTopic): EventDefinition<Named> {
  return event(topic, 'data-read', named);
}

/** Somebody asked for a change that has no fact with a name of its own. The record key is the act's id. */
export function actAsked(topic: ReadingsTopic): EventDefinition<Named> {
  return event(topic, 'act-asked', named);
}
