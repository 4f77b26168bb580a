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
  refusalField,
  serviceField,
} from './fields.ts';

const topic = 'migration.moves.v1';

const campaign = z.object({ campaign: z.string() });
const move = z.object({ move: idField, campaign: z.string(), holder: holderField });

/** A campaign as its programme describes it; nothing has happened yet. */
export const campaignProposed = event(
  topic,
  'campaign-proposed',
  campaign.extend({
    programme: z.string(),
    source: serviceField,
    target: serviceField,
    until: instantField.describe('The last instant, exclusive, at which a holder may confirm.'),
  }),
);
/** The campaign is running: its loads plan moves from here on. */
export const campaignOpened = event(topic, 'campaign-opened', campaign);
/** A cohort has been read whole and its good rows are planned; rows = accepted + rejected + unchanged. */
export const campaignLoaded = event(
  topic,
  'campaign-loaded',
  campaign.extend({ load: idField, rows: z.int(), accepted: z.int(), rejected: z.int(), unchanged: z.int() }),
);
/** The bound has passed and every move has its outcome. */
export const campaignClosed = event(
  topic,
  'campaign-closed',
  campaign.extend({ completed: z.int(), lapsed: z.int(), refused: z.int() }),
);

/** One holder is to move. Carries the person, because identity and mailbox cannot register nobody. */
export const movePlanned = event(
  topic,
  'move-planned',
  move.extend({
    row: z.int().describe('Position among the accepted rows of the campaign: homonyms are numbered in this order.'),
    person: z.object({
      codiceFiscale: personal(z.string()),
      cognome: personal(z.string()),
      nome: personal(z.string()),
      sesso: personal(z.enum(['M', 'F'])),
      dataNascita: personal(dayField),
      comuneNascita: personal(z.string()),
      emailOrdinaria: personal(z.string()).optional(),
      cellulare: personal(z.string()).optional(),
      indirizzo: personal(z.string()).optional(),
    }),
    recognition: z.object({ origin: z.literal('inps'), office: z.string(), operator: operatorField, date: dayField }),
    source: z.object({ service: serviceField, address: addressField }),
    target: z.object({ service: serviceField, domain: z.string() }),
    until: instantField,
  }),
);
/** All that the announcement needs is there: it may be written. */
export const announcementAsked = event(
  topic,
  'announcement-asked',
  move.extend({
    enrolment: idField,
    generation: z.int().min(1),
    from: addressField,
    to: addressField,
    userId: addressField,
    until: instantField,
  }),
);
/** The holder has confirmed: the new box is due within twenty-four hours. */
export const switchAsked = event(
  topic,
  'switch-asked',
  move.extend({ confirmedAt: instantField, dueAt: instantField }),
);
/** The new box is there and the old one only reads. */
export const moveCompleted = event(
  topic,
  'move-completed',
  move.extend({
    from: addressField,
    to: addressField,
    confirmedAt: instantField,
    completedAt: instantField,
    late: z.boolean().describe('True when the switch came later than twenty-four hours after the confirmation.'),
  }),
);
/** The window ended and the holder had not confirmed. */
export const moveLapsed = event(topic, 'move-lapsed', move.extend({ from: addressField, to: addressField.nullable() }));
/** The move could not be made; says why. */
export const moveRefused = event(
  topic,
  'move-refused',
  move.extend({ from: addressField, to: addressField.nullable(), refusal: refusalField }),
);
