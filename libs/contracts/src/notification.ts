import { z } from 'zod';
import { event } from './event.ts';
import { addressField, holderField, idField, wordsField } from './fields.ts';

const topic = 'notification.communications.v1';

const communication = z.object({
  communication: idField,
  holder: holderField,
  kind: z.enum([
    'announcement',
    'welcome',
    'pin-first-half',
    'pin-second-half',
    'sending-held',
    'sending-held-to-order',
  ]),
  channel: z.enum(['pec', 'sms', 'email', 'posta', 'sportello']),
  move: idField.nullable(),
});

/** Somebody is to be told something, once. */
export const communicationAsked = event(topic, 'communication-asked', communication);
/** It was handed over: to certified-mail (then with its identificativo) or to a courtesy channel. */
export const communicationSubmitted = event(
  topic,
  'communication-submitted',
  communication.extend({ identificativo: z.string().nullable() }),
);
/** It reached the box, or the channel's last mile. */
export const communicationDelivered = event(
  topic,
  'communication-delivered',
  communication.extend({ to: addressField.nullable() }),
);
/** It came back: an operator has to look. */
export const communicationFailed = event(topic, 'communication-failed', communication.extend({ reason: wordsField }));
/** It was never handed over and need not be any more: a newer one took its place, or its reader did without it. */
export const communicationAbandoned = event(
  topic,
  'communication-abandoned',
  communication.extend({ reason: wordsField }),
);
