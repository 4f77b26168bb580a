import { z } from 'zod';
import { event } from './event.ts';
import { holderField, idField, instantField } from './fields.ts';

/** The tree has grown and its head is signed: a witness keeps the note, and nobody can unsay what stands before it. */
export const checkpointSigned = event(
  'audit-log.checkpoints.v1',
  'checkpoint-signed',
  z.object({
    origin: z.string(),
    size: z.int().min(1),
    /** Base64. */
    root: z.string(),
    /** The signed note, as it would stand in a file `checkpoint`. */
    note: z.string(),
  }),
);

/** A partition of a topic is not the one that was read before: it was wiped, or put back to an earlier state. */
export const generationOpened = event(
  'audit-log.findings.v1',
  'generation-opened',
  z.object({
    finding: z.uuid(),
    topic: z.string(),
    partition: z.int(),
    /** The generation that begins. */
    generation: z.int().min(2),
    /** Where the reading of the one before had come to. */
    next: z.int(),
    cause: z.enum(['end-below-position', 'other-record-before-position', 'unknown-record-below-position']),
  }),
);

/** A sender was told later than twenty-four hours after the envelope had left that it could not be delivered. */
export const lateNoticeFound = event(
  'audit-log.findings.v1',
  'late-notice-found',
  z.object({
    finding: z.uuid(),
    identificativo: z.string(),
    /** The recipient of whom nothing had come. */
    consegna: z.string(),
    gestore: z.string(),
    dispatchedAt: instantField,
    noticedAt: instantField,
  }),
);

/** A provider has signed a receipt that does not fit what is known here; it changed nothing. */
export const doubtedReceiptFound = event(
  'audit-log.findings.v1',
  'doubted-receipt-found',
  z.object({
    finding: z.uuid(),
    /** The id of the message that it speaks of. */
    identificativo: z.string(),
    /** The provider that signed it. */
    firmatario: z.string(),
    tipo: z.string(),
    /** The recipients that it speaks of. */
    riguarda: z.array(z.string()),
    /** The code of what does not fit. */
    motivo: z.string(),
    foundAt: instantField,
  }),
);

/** A holder waited longer than twenty-four hours for the new box; the move was completed all the same. */
export const lateSwitchFound = event(
  'audit-log.findings.v1',
  'late-switch-found',
  z.object({
    finding: z.uuid(),
    campaign: z.string(),
    move: idField,
    holder: holderField,
    confirmedAt: instantField,
    completedAt: instantField,
  }),
);

/** The file of a message was lost before its delivery; what became of the message is told in `consequence`. */
export const originalLostFound = event(
  'audit-log.findings.v1',
  'original-lost-found',
  z.object({
    finding: z.uuid(),
    identificativo: z.string(),
    gestore: z.string(),
    tipo: z.string(),
    loss: z.string(),
    caselle: z.array(z.string()).min(1),
    consequence: z.string(),
    lostAt: instantField,
  }),
);

/** A receipt or notice has waited longer than twenty-four hours to leave. */
export const receiptOverdueFound = event(
  'audit-log.findings.v1',
  'receipt-overdue-found',
  z.object({
    finding: z.uuid(),
    identificativo: z.string(),
    gestore: z.string(),
    tipo: z.string(),
    towards: z.string().nullable(),
    messageId: z.string(),
    since: instantField,
    foundAt: instantField,
  }),
);
