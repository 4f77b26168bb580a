import { z } from 'zod';
import { event } from './event.ts';
import { anyAddressField, holderField, idField, instantField, operatorField, wordsField } from './fields.ts';

/** A head of a log: what a checkpoint is signed over. */
const logHead = z.object({
  origin: z.string(),
  size: z.int().min(0),
  root: z.string().describe('Base64.'),
});

/** The tree has grown and its head is signed: a witness keeps the note, and nobody can unsay what stands before it. */
export const checkpointSigned = event(
  'audit-log.checkpoints.v1',
  'checkpoint-signed',
  z.object({
    origin: z.string(),
    size: z.int().min(1),
    root: z.string().describe('Base64.'),
    note: z.string().describe('The signed note, as it would stand in a file `checkpoint`.'),
  }),
);

/**
 * An operator has declared a new log: the tree that is kept no longer fits the newest published checkpoint, for example
 * because the database was put back to a backup. Checkpoints of the new log have its origin.
 * @rule TRACE-NEW-LOG
 */
export const logDeclared = event(
  'audit-log.checkpoints.v1',
  'log-declared',
  z.object({
    origin: z.string(),
    ended: logHead
      .extend({ note: z.string() })
      .describe('The newest published head of the log that ends here, with its signed note.'),
    kept: logHead
      .nullable()
      .describe('What of the old log is kept: its newest signed head in this database; null when there is none.'),
    cause: z.enum(['tree-smaller', 'other-root', 'newer-log', 'new-epoch']),
    declaredBy: operatorField,
    reason: wordsField,
  }),
);

/** The tree that is kept does not fit the newest published checkpoint: nothing is signed until an operator decides. */
export const logBroken = event(
  'audit-log.findings.v1',
  'log-broken-found',
  z.object({
    finding: z.uuid(),
    origin: z.string().describe('The log that would be signed.'),
    cause: z.enum(['tree-smaller', 'other-root', 'newer-log', 'new-epoch']),
    published: logHead,
    entries: z.int().describe('Entries in the tree when it was found.'),
  }),
);

/** A record has the id of an earlier one and is another record. Both are entries of the trace. */
export const idReusedFound = event(
  'audit-log.findings.v1',
  'id-reused-found',
  z.object({
    finding: z.uuid(),
    topic: z.string(),
    partition: z.int(),
    offset: z.int(),
    id: z.uuid().describe('The id that both have.'),
    entry: z.int().describe(`The index of the later one's entry.`),
  }),
);

const breakCauses = [
  'end-below-position',
  'begins-above-position',
  'last-record-missing',
  'offsets-skipped',
  'other-record-before-position',
  'unknown-record-below-position',
] as const;

/** A partition no longer continues what was read of it: nothing more is read of it until an operator decides. */
export const partitionBroken = event(
  'audit-log.findings.v1',
  'partition-broken-found',
  z.object({
    finding: z.uuid(),
    topic: z.string(),
    partition: z.int(),
    generation: z.int().min(1).describe('The generation that broke.'),
    next: z.int().describe('The offset to be read next when it broke.'),
    cause: z.enum(breakCauses),
  }),
);

/** A new generation of a partition begins, because the partition is not the one that was read before. */
export const generationOpened = event(
  'audit-log.findings.v1',
  'generation-opened',
  z.object({
    finding: z.uuid(),
    topic: z.string(),
    partition: z.int(),
    generation: z.int().min(2).describe('The generation that begins.'),
    next: z.int().describe('Where the reading of the one before had come to.'),
    cause: z.enum(breakCauses),
    openedBy: operatorField
      .optional()
      .describe('The operator who opened it; absent where earlier releases opened it by themselves.'),
    reason: wordsField.optional(),
  }),
);

/** A sender was told later than twenty-four hours after the envelope had left that it could not be delivered. */
export const lateNoticeFound = event(
  'audit-log.findings.v1',
  'late-notice-found',
  z.object({
    finding: z.uuid(),
    identificativo: z.string(),
    consegna: anyAddressField.describe('The recipient of whom nothing had come.'),
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
    identificativo: z.string().describe('The id of the message that it speaks of.'),
    firmatario: z.string().describe('The provider that signed it.'),
    tipo: z.string(),
    riguarda: z.array(anyAddressField).describe('The recipients that it speaks of.'),
    motivo: z.string().describe('The code of what does not fit.'),
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
    caselle: z.array(anyAddressField).min(1),
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
