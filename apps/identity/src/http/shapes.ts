import { instantField } from '@recapito/contracts';
import { z } from 'zod';
import { enrolmentStates, enrolmentSteps } from '../domain/enrolment.ts';

/** Passwords and PINs as they come in: bounded, so that nobody pays for hashing a novel. */
export const secretField = z.string().min(1).max(256);

/** A path with the id of one thing. */
export const byId = z.object({ id: z.uuid() });

/** Who a holder is, as the cohort or the recognition said. */
export const personFields = {
  id: z.uuid(),
  codiceFiscale: z.string(),
  cognome: z.string(),
  nome: z.string(),
  sesso: z.enum(['M', 'F']),
  dataNascita: z.string(),
  comuneNascita: z.string(),
  registeredAt: instantField,
};

/** Where an enrolment stands, as its holder is told. */
export const enrolmentView = z.object({
  enrolment: z.uuid(),
  state: z.enum(enrolmentStates),
  /** The step to do next; null when all are done, or none may be. */
  next: z.enum(enrolmentSteps).nullable(),
  /** The first instant at which it is too late, UTC milliseconds. */
  until: instantField,
  confirmedAt: instantField.nullable(),
  /** False when what was sent changed nothing because the step had been done before. */
  changed: z.boolean(),
});

export const courtesyChannel = z.enum(['sms', 'email', 'posta', 'sportello']);

/** To whom something goes by such a channel. */
export const recipientView = z.object({
  codiceFiscale: z.string(),
  nome: z.string(),
  cognome: z.string(),
  /** Number, address or office, by the channel. */
  contact: z.string(),
});

/** Whether there was a block to lift. */
export const liftedView = z.object({ lifted: z.boolean() });
