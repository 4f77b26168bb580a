import { z } from 'zod';
import { event } from './event.ts';
import { instantField } from './fields.ts';

const topic = 'certified-mail.messages.v1';

/**
 * What every legal event of a certified message says (RFC 6109 section 2.3): the data that are certified, who certifies
 * them, and the message that the event made. The event's instant is `ce_time`, in whole seconds, the same as in the
 * text, the data and the header of that message. No content, ever.
 */
const legalEvent = z.object({
  /** The id that the sender's provider gave the message: also the record key. */
  identificativo: z.string(),
  /** The Message-ID of the sender's client, with its angle brackets. */
  msgid: z.string().nullable(),
  mittente: z.string(),
  destinatari: z.array(z.object({ indirizzo: z.string(), tipo: z.enum(['certificato', 'esterno']) })).min(1),
  oggetto: z.string().nullable(),
  /** The provider that certifies this event. */
  gestore: z.string(),
  /** The Message-ID of the receipt, notice or envelope, without angle brackets. */
  messageId: z.string(),
});

const receiptForm = z.enum(['completa', 'breve', 'sintetica']);

/** A submission whose 8-bit parts were encoded anew before it was certified: what they decode to stayed the same. */
const reencoded = z.object({
  /** The parts by their place: `1.2` is the second part of the first, the empty text the message itself. */
  parts: z.array(z.string()).min(1),
  /** SHA-256 of the message as its sender submitted it, with CRLF at the end of each line. */
  submittedSha256: z.string(),
  /** SHA-256 of the message that the envelope carries. */
  keptSha256: z.string(),
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
  legalEvent.extend({ errore: z.enum(['virus', 'altro']), erroreEsteso: z.string() }),
);

/** BustaTrasporto: the message travels in its signed envelope. From this instant the deadlines of delivery count. */
export const envelopeDispatched = event(topic, 'envelope-dispatched', legalEvent.extend({ tipoRicevuta: receiptForm }));

/** BustaTrasporto of another provider: it has come to an incoming point of ours, certified by who signed it. */
export const envelopeArrived = event(topic, 'envelope-arrived', legalEvent.extend({ tipoRicevuta: receiptForm }));

/** PresaInCarico: a provider answers for these recipients of an envelope. */
export const takenInCharge = event(
  topic,
  'taken-in-charge',
  legalEvent.extend({ ricezione: z.array(z.string()).min(1) }),
);

/** Consegna: the envelope is in the recipient's box, read or not. */
export const messageDelivered = event(
  topic,
  'message-delivered',
  legalEvent.extend({ tipoRicevuta: receiptForm, consegna: z.string() }),
);

/** MancataConsegna: the envelope cannot reach the recipient's box. */
export const messageNotDelivered = event(
  topic,
  'message-not-delivered',
  legalEvent.extend({
    consegna: z.string(),
    errore: z.enum(['no-dest', 'no-dominio', 'virus', 'altro']),
    erroreEsteso: z.string(),
  }),
);

/**
 * A host of the domain of an ordinary recipient, whom no provider manages, has taken the envelope: the end of what is known
 * of this recipient. No receipt says so. `messageId` is the envelope's.
 */
export const messageHandedOver = event(topic, 'message-handed-over', legalEvent.extend({ consegna: z.string() }));

/**
 * PreavvisoErroreConsegna: a time limit has passed for a recipient, and the sender is told by the sender's own provider.
 * After twelve hours nobody had answered for the recipient; the notice of twenty-four hours is the recipient's final
 * outcome, whatever comes later.
 */
export const timeLimitPassed = event(
  topic,
  'time-limit-passed',
  legalEvent.extend({
    consegna: z.string(),
    limit: z.enum(['twelve-hours', 'twenty-four-hours']),
    /** When the envelope left: from then the limits count, in elapsed time. */
    dispatchedAt: instantField,
    /** True for a last notice that left later than twenty-four hours after the envelope. */
    late: z.boolean(),
  }),
);

/**
 * RilevazioneVirus: the provider of a recipient found a virus in the envelope, told the sender's provider and delivered
 * nothing. The outcome that the sender is told of is the `message-not-delivered` of the sender's own provider.
 */
export const virusDetected = event(
  topic,
  'virus-detected',
  legalEvent.extend({ consegna: z.string(), erroreEsteso: z.string() }),
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
    /** Its `tipo` in daticert.xml. */
    tipo: z.string(),
    casella: z.string(),
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
    /** The provider that signed it. */
    firmatario: z.string(),
    /** The identificativo of the message that it speaks of. */
    messaggio: z.string(),
    /** The recipients that it speaks of. */
    riguarda: z.array(z.string()),
    /** The code of what does not fit. */
    motivo: z.string(),
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
    /** `tipo` in daticert.xml of what could not be made or delivered, or `anomalia`. */
    tipo: z.string(),
    /** `unusable`: the file is there, and nothing can be made of it. */
    loss: z.enum(['missing', 'altered', 'unreadable', 'unusable']),
    /** The addresses for which it was. */
    caselle: z.array(z.string()).min(1),
    consequence: z.enum(['concise-receipt', 'not-delivered', 'unplaced']),
  }),
);

/** A receipt or notice of ours has not reached its box or its provider within twenty-four hours; it is tried further. */
export const receiptOverdue = event(
  topic,
  'receipt-overdue',
  legalEvent.extend({
    tipo: z.string(),
    /** The provider that it waits for; null when it waits for a box of the provider that made it. */
    towards: z.string().nullable(),
    caselle: z.array(z.string()).min(1),
    /** When it was made. */
    since: instantField,
  }),
);

/** A message that a provider signed came to our incoming point without TLS; it was taken all the same. */
export const arrivedInClear = event(topic, 'arrived-in-clear', legalEvent.extend({ tipo: z.string() }));
