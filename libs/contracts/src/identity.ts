import { derivedId } from '@recapito/primitives';
import { z } from 'zod';
import { event } from './event.ts';
import {
  addressField,
  dayField,
  holderField,
  idField,
  instantField,
  operatorField,
  personal,
  serviceField,
  wordsField,
} from './fields.ts';

const topic = 'identity.holders.v1';

/** Tells nothing of the key. */
const keyIdField = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .describe('By which key identity makes the secret again, by its id; left out where it was made before keys had ids.');

/** The enrolment of a planned move follows from the move: whoever knows the one knows the other. */
export function enrolmentOf(move: string): string {
  return derivedId('enrolment', move);
}

/** A person is known to the provider. Who it is stays in identity. */
export const holderRegistered = event(topic, 'holder-registered', z.object({ holder: holderField, move: idField }));

/** Evidence that somebody looked the person in the face, with its origin. */
export const holderRecognised = event(
  topic,
  'holder-recognised',
  z.object({
    holder: holderField,
    origin: z.literal('inps'),
    office: z.string(),
    operator: operatorField,
    date: dayField,
  }),
);

/** A personal PIN exists; its two halves travel by two channels and are fetched from identity when they are written. */
export const pinIssued = event(
  topic,
  'pin-issued',
  z.object({
    holder: holderField,
    pin: idField,
    halves: z.tuple([
      z.object({ half: z.literal(1), channel: z.enum(['sms', 'email', 'sportello']) }),
      z.object({ half: z.literal(2), channel: z.enum(['posta', 'sportello']) }),
    ]),
    keyId: keyIdField.optional(),
  }),
);

const enrolment = z.object({ holder: holderField, enrolment: idField, move: idField, campaign: z.string() });

/** The six steps are open to the holder until the bound, exclusive. From here identity owns the bound. */
export const enrolmentOpened = event(
  topic,
  'enrolment-opened',
  enrolment.extend({
    target: serviceField,
    generation: z.int().min(1),
    until: instantField,
    keyId: keyIdField.optional(),
  }),
);
/** An operator had the first-access password made anew, and said why; the one of the earlier generation is void. */
export const enrolmentReissued = event(
  topic,
  'enrolment-reissued',
  enrolment.extend({
    generation: z.int().min(2),
    operator: operatorField,
    until: instantField,
    reason: wordsField.optional(),
    keyId: keyIdField.optional(),
  }),
);
/** One of the steps 2 to 5 is done (step 1, opening the portal, leaves no record; step 6 is the confirmation). */
export const enrolmentStepDone = event(topic, 'enrolment-step-done', enrolment.extend({ step: z.int().min(2).max(5) }));
/** Step 6: the holder asked for the new box, by the instant in `ce_time`. */
export const enrolmentConfirmed = event(topic, 'enrolment-confirmed', enrolment.extend({ confirmedAt: instantField }));
/** The enrolment is over without a confirmation; its credentials open nothing. */
export const enrolmentVoided = event(topic, 'enrolment-voided', enrolment.extend({ cause: z.enum(['window-ended']) }));

/** What was tried at a door, and how it ended. `door` names where, never what was typed. */
export const accessTried = event(
  'identity.accesses.v1',
  'access-tried',
  z.object({
    holder: holderField,
    door: z.enum(['portal', 'imap', 'pop3', 'smtp', 'submission']),
    address: addressField.nullable(),
    outcome: z.enum(['accepted', 'refused', 'blocked']),
  }),
);
/** Too many wrong passwords: until then every door stays shut to whom `whom` says; to everybody where it is left out. */
export const holderBlocked = event(
  'identity.accesses.v1',
  'holder-blocked',
  z.object({ holder: holderField, until: instantField, whom: z.enum(['one-source', 'unfamiliar-sources']).optional() }),
);
/** `access-tried` for a name that nobody has, so that it costs what a holder's costs; several names share an account. */
export const strangerTried = event(
  'identity.accesses.v1',
  'stranger-tried',
  z.object({
    account: idField,
    door: z.enum(['portal', 'imap', 'pop3', 'smtp', 'submission']),
    outcome: z.enum(['refused', 'blocked']),
  }),
);
/** `holder-blocked` for a name that nobody has. */
export const strangerBlocked = event(
  'identity.accesses.v1',
  'stranger-blocked',
  z.object({ account: idField, until: instantField, whom: z.enum(['one-source', 'unfamiliar-sources']) }),
);
/** The help desk ended a block before its time. */
export const holderUnblocked = event(
  'identity.accesses.v1',
  'holder-unblocked',
  z.object({ holder: holderField, operator: operatorField }),
);

/**
 * The sessions of a holder were ended, because a box of theirs is held for abuse. `channel` is the way, other than that
 * box, by which they are to be told; where it leads, identity says to who writes to them.
 */
export const sessionsEnded = event(
  'identity.accesses.v1',
  'sessions-ended',
  z.object({
    holder: holderField,
    hold: idField,
    box: addressField,
    heldAt: instantField,
    channel: z.enum(['sms', 'email', 'posta', 'sportello']),
  }),
);

/**
 * Every session that a holder had opened until this fact was appended opens nothing any more, but for the one that is named.
 * Where a box is held, it is `sessions-ended` that says so.
 */
export const sessionsVoided = event(
  'identity.accesses.v1',
  'sessions-voided',
  z.object({
    holder: holderField,
    cause: z.enum(['pin-reissued', 'pin-changed', 'password-changed', 'asked-by-holder']),
    kept: idField.optional().describe('The session in which the holder made the change, or asked: it goes on.'),
  }),
);

/** Somebody was told something personal or secret of a holder: who, of whom, what and why; never the thing itself. */
export const personalDataRead = event(
  'identity.readings.v1',
  'personal-data-read',
  z.object({
    reader: personal(z.string()).describe(`The record key: a service's name, or an operator.`),
    holder: holderField,
    what: z.enum(['first-access-password', 'pin-half', 'person', 'contact']),
    purpose: wordsField.describe('What it was read for: the id of the enrolment or PIN, or the words of an operator.'),
  }),
);
