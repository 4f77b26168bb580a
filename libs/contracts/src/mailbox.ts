import { mailboxStates } from '@recapito/primitives';
import { z } from 'zod';
import { event } from './event.ts';
import {
  addressField,
  holderField,
  idField,
  instantField,
  operatorField,
  personal,
  refusalField,
  serviceField,
} from './fields.ts';

/** The life of a box, wherever it is seen. */
export const boxStateField = z.enum(mailboxStates);

const topic = 'mailbox.mailboxes.v1';

/** A box that another service of ours has run so far is now known here. */
export const boxRegistered = event(
  topic,
  'box-registered',
  z.object({ box: idField, holder: holderField, address: addressField, service: serviceField, move: idField }),
);
/** An address is kept for a holder; nobody else will ever have it. */
export const addressReserved = event(
  topic,
  'address-reserved',
  z.object({ box: idField, holder: holderField, address: addressField, service: serviceField, move: idField }),
);
/** No address could be kept; says why. */
export const addressRefused = event(
  topic,
  'address-refused',
  z.object({ holder: holderField, service: serviceField, move: idField, refusal: refusalField }),
);
/** A box came to another state by somebody's act. What ends by its service's calendar changes no state. */
export const boxStateChanged = event(
  topic,
  'box-state-changed',
  z.object({
    box: idField,
    holder: holderField,
    address: addressField,
    service: serviceField,
    from: boxStateField,
    to: boxStateField,
    by: operatorField.describe('Who acted: an operator, or a service.'),
  }),
);
/** In one instant the old box stopped sending and the new one began. */
export const switched = event(
  topic,
  'switched',
  z.object({
    holder: holderField,
    move: idField,
    from: addressField,
    to: addressField,
    confirmedAt: instantField,
    switchedAt: instantField,
  }),
);

/**
 * All boxes of one holder (a service box: the box alone). A reader keeps the record of the highest epoch and sequence.
 * `undecided`: after a restore mailbox does not know how these boxes stand; they are answered about "temporarily" until an
 * operator has decided.
 * @rule DIRECTORY-UNDECIDED
 */
export const directoryRecord = event(
  'mailbox.directory.v1',
  'directory-record',
  z.object({
    holder: personal(z.string(), 'pseudonym').describe('The holder, or the name of a service box.'),
    boxes: z.array(
      z.object({
        box: idField,
        address: addressField,
        service: serviceField,
        state: boxStateField,
        partner: z.string().nullable(),
      }),
    ),
    undecided: z.boolean().optional(),
  }),
);

/**
 * What the directory holds: one record in each partition, all of one census and with the same data. The records before it
 * in all partitions together are the directory at the instant of the census. `sequence` is the number of the census. A
 * reader that holds something else has lost records, or reads a topic that has.
 * @rule CENSUS-AGREES
 */
export const directoryCensus = event(
  'mailbox.directory.v1',
  'directory-census',
  z.object({
    holders: z.int().min(0).describe('Holders with a record in the directory.'),
    boxes: z.int().min(0).describe('Boxes of all of them.'),
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe(
        'Sum modulo 2^256 of SHA-256(`<key> <epoch> <sequence>`) over the newest record of each holder, in hex.',
      ),
    calendars: z
      .record(serviceField, z.int().min(1))
      .default({})
      .describe('The version of the calendar in force of each service.'),
  }),
);

/** The calendar of a service that is in force, whole. `calendar` has the shape of a service file in `programmes/`. */
export const calendarArmed = event(
  'mailbox.calendars.v1',
  'calendar-armed',
  z.object({
    service: serviceField,
    version: z.int().min(1),
    sha256: z.string().length(64).describe('SHA-256, hex, of the canonical JSON of `calendar`.'),
    armedBy: operatorField,
    calendar: z.record(z.string(), z.unknown()),
  }),
);
