import { z } from 'zod';
import { event } from './event.ts';
import { anyAddressField, instantField, personal, wordsField } from './fields.ts';

const topic = 'certified-mail.messages.v1';

/**
 * What every legal event of a certified message says (RFC 6109 section 2.3): the data that are certified, who certifies
 * them, and the message that the event made. The event's instant is `ce_time`, in whole seconds, the same as in the
 * text, the data and the header of that message. No content, ever.
 */
const legalEvent = z.object({
  identificativo: z.string().describe(`The id that the sender's provider gave the message: also the record key.`),
  msgid: z.string().nullable().describe(`The Message-ID of the sender's client, with its angle brackets.`),
  mittente: anyAddressField,
  destinatari: z.array(z.object({ indirizzo: anyAddressField, tipo: z.enum(['certificato', 'esterno']) })).min(1),
  oggetto: personal(z.string()).nullable(),
  gestore: z.string().describe('The provider that certifies this event.'),
  messageId: z.string().describe('The Message-ID of the receipt, notice or envelope, without angle brackets.'),
});

const receiptForm = z.enum(['completa', 'breve', 'sintetica']);

/** A submission whose 8-bit parts were encoded anew before it was certified: what they decode to stayed the same. */
const reencoded = z.object({
  parts: z
    .array(z.string())
    .min(1)
    .describe('The parts by their place: `1.2` is the second part of the first, the empty text the message itself.'),
  submittedSha256: z
    .string()
    .describe('SHA-256 of the message as its sender submitted it, with CRLF at the end of each line.'),
  keptSha256: z.string().describe('SHA-256 of the message that the envelope carries.'),
});

/**
 * Accettazione: the sender's provider took the message; the sender gets a receipt. `remarks` is what that receipt says could
 * not be certified as it stands, as `message-id-lost`; absent when there is nothing.
 */
export const messageAccepted = event(
  topic,
  'message-accepted',
  legalEvent.extend({
    tipoRicevuta: receiptForm,
    reencoded: reencoded.optional(),
    remarks: z.array(z.string()).optional(),
  }),
);

/** NonAccettazione: the whole message was refused; the sender gets a notice that says why. */
export const messageRefused = event(
  topic,
  'message-refused',
  legalEvent.extend({ errore: z.enum(['virus', 'altro']), erroreEsteso: wordsField }),
);

/** BustaTrasporto: the message travels in its signed envelope. From this instant the deadlines of delivery count. */
export const envelopeDispatched = event(topic, 'envelope-dispatched', legalEvent.extend({ tipoRicevuta: receiptForm }));

/** BustaTrasporto of another provider: it has come to an incoming point of ours, certified by who signed it. */
export const envelopeArrived = event(topic, 'envelope-arrived', legalEvent.extend({ tipoRicevuta: receiptForm }));

/** PresaInCarico: a provider answers for these recipients of an envelope. */
export const takenInCharge = event(
  topic,
  'taken-in-charge',
  legalEvent.extend({ ricezione: z.array(anyAddressField).min(1) }),
);

/** Consegna: the envelope is in the recipient's box, read or not. */
export const messageDelivered = event(
  topic,
  'message-delivered',
  legalEvent.extend({ tipoRicevuta: receiptForm, consegna: anyAddressField }),
);

/** MancataConsegna: the envelope cannot reach the recipient's box. */
export const messageNotDelivered = event(
  topic,
  'message-not-delivered',
  legalEvent.extend({
    consegna: anyAddressField,
    errore: z.enum(['no-dest', 'no-dominio', 'virus', 'altro']),
    erroreEsteso: wordsField,
  }),
);

/**
 * A host of the domain of an ordinary recipient, whom no provider manages, has taken the envelope: the end of what is known
 * of this recipient. No receipt says so. `messageId` is the envelope's.
 */
export const messageHandedOver = event(topic, 'message-handed-over', legalEvent.extend({ consegna: anyAddressField }));

/**
 * PreavvisoErroreConsegna: a time limit has passed for a recipient, and the sender is told by the sender's own provider.
 * After twelve hours nobody had answered for the recipient; the notice of twenty-four hours is the recipient's final
 * outcome, whatever comes later.
 */
export const timeLimitPassed = event(
  topic,
  'time-limit-passed',
  legalEvent.extend({
    consegna: anyAddressField,
    limit: z.enum(['twelve-hours', 'twenty-four-hours']),
    dispatchedAt: instantField.describe('When the envelope left: from then the limits count, in elapsed time.'),
    late: z.boolean().describe('True for a last notice that left later than twenty-four hours after the envelope.'),
  }),
);

/**
 * RilevazioneVirus: the provider of a recipient found a virus in the envelope, told the sender's provider and delivered
 * nothing. The outcome that the sender is told of is the `message-not-delivered` of the sender's own provider.
 */
export const virusDetected = event(
  topic,
  'virus-detected',
  legalEvent.extend({ consegna: anyAddressField, erroreEsteso: wordsField }),
);

/**
 * BustaAnomalia: something came that no provider certifies; it goes on in an anomaly envelope. The `identificativo` is
 * ours for it, `destinatari` are the recipients of the dialog, `messageId` is that of the envelope.
 */
export const anomalyEnclosed = event(topic, 'anomaly-enclosed', legalEvent.extend({ motivo: z.string() }));

/** A receipt, notice or anomaly envelope found its box closed, or gone: what it says counts all the same. */
export const receiptUnplaced = event(
  topic,
  'receipt-unplaced',
  legalEvent.extend({
    tipo: z.string().describe('Its `tipo` in daticert.xml.'),
    casella: anyAddressField,
    motivo: z.string(),
  }),
);

/** A correct receipt or notice about a message that was accepted elsewhere: it is carried and changes nothing here. */
export const receiptCarried = event(topic, 'receipt-carried', legalEvent.extend({ tipo: z.string() }));

/**
 * A provider has signed a receipt or notice that does not fit what is known here: it contradicts an outcome, comes from
 * another provider than the one that owes it, or speaks of a message under an id of ours that nobody accepted. It changed
 * nothing; audit-log makes a finding of it.
 */
export const receiptDoubted = event(
  topic,
  'receipt-doubted',
  legalEvent.extend({
    tipo: z.string(),
    firmatario: z.string().describe('The provider that signed it.'),
    messaggio: z.string().describe('The identificativo of the message that it speaks of.'),
    riguarda: z.array(anyAddressField).describe('The recipients that it speaks of.'),
    motivo: z.string().describe('The code of what does not fit.'),
  }),
);

/** A peer handed over again what had been taken already: nothing was done twice. `messageId` is what was repeated. */
export const arrivalRepeated = event(topic, 'arrival-repeated', legalEvent.extend({ tipo: z.string() }));

/**
 * The file of a message was lost between taking it and delivering it. `consequence` says how the message ended: a delivery
 * receipt in the concise form, a notice of non-delivery, or a receipt or anomaly envelope that reached no box.
 */
export const originalLost = event(
  topic,
  'original-lost',
  legalEvent.extend({
    tipo: z.string().describe('`tipo` in daticert.xml of what could not be made or delivered, or `anomalia`.'),
    loss: z
      .enum(['missing', 'altered', 'unreadable', 'unusable'])
      .describe('`unusable`: the file is there, and nothing can be made of it.'),
    caselle: z.array(anyAddressField).min(1).describe('The addresses for which it was.'),
    consequence: z.enum(['concise-receipt', 'not-delivered', 'unplaced']),
  }),
);

/** A receipt or notice of ours has not reached its box or its provider within twenty-four hours; it is tried further. */
export const receiptOverdue = event(
  topic,
  'receipt-overdue',
  legalEvent.extend({
    tipo: z.string(),
    towards: z
      .string()
      .nullable()
      .describe('The provider that it waits for; null when it waits for a box of the provider that made it.'),
    caselle: z.array(anyAddressField).min(1),
    since: instantField.describe('When it was made.'),
  }),
);

/** A message that a provider signed came to our incoming point without TLS; it was taken all the same. */
export const arrivedInClear = event(topic, 'arrived-in-clear', legalEvent.extend({ tipo: z.string() }));
