import { z } from 'zod';
import { event } from './event.ts';
import { addressField, anyAddressField, holderField, idField, operatorField, wordsField } from './fields.ts';

const topic = 'certified-mail.holds.v1';

/** A box whose sending is held; `hold` is the record key. */
const held = z.object({ hold: idField, box: addressField, holder: holderField, provider: z.string() });

/**
 * A box sends no more until two persons have released it: it sent too much, or to too many, or an operator held it. The
 * instant is `ce_time`. Who hears it ends the sessions of its holder and tells them by another way than the box.
 */
export const sendingHeld = event(
  topic,
  'sending-held',
  held.extend({
    cause: z.discriminatedUnion('kind', [
      /** More than `most` messages, or recipients of them, within so many minutes. */
      z.object({ kind: z.enum(['messages', 'recipients']), most: z.int(), minutes: z.int() }),
      z.object({ kind: z.literal('operator'), operator: operatorField, reason: wordsField }),
    ]),
    order: z
      .object({ codiceFiscale: z.string(), name: z.string(), email: anyAddressField })
      .nullable()
      .describe('The professional Order on whose domain the box is; null when there is none.'),
    queued: z.int().describe('How many messages that had not left yet are held with it.'),
  }),
);

/** The first person asks that it be released, and says what is to become of what is held. */
export const releaseAsked = event(
  topic,
  'release-asked',
  held.extend({ request: idField, operator: operatorField, queue: z.enum(['send', 'return']), reason: wordsField }),
);

/** Somebody took such a request back: it can be confirmed no more. */
export const releaseWithdrawn = event(
  topic,
  'release-withdrawn',
  held.extend({ request: idField, operator: operatorField }),
);

/** The second person confirmed: the box sends again; what was held goes on, or is returned to its holder. */
export const sendingReleased = event(
  topic,
  'sending-released',
  held.extend({
    request: idField,
    askedBy: operatorField,
    confirmedBy: operatorField,
    queue: z.enum(['send', 'return']),
    queued: z.int(),
  }),
);
