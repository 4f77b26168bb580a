import { z } from 'zod';
import { moveStates } from '../domain/campaign-figures.ts';
import { runDocument } from './run-document.ts';

const count = z.int().min(0);
const service = z.object({ brand: z.string(), domain: z.string().nullable() });

/** How a service is. `lacks` names the checks that are not well; it is empty when nobody answers. */
export const serviceHealth = z.object({
  name: z.string(),
  state: z.enum(['ok', 'degraded', 'down', 'unknown']),
  lacks: z.array(z.string()),
});

export type ServiceHealth = z.output<typeof serviceHealth>;

/** The campaign that is watched, with what its programme says of it. */
const campaign = z.object({
  id: z.string(),
  programme: z.string(),
  source: service,
  target: service,
  until: z.int().describe('the last instant, exclusive, at which a holder may confirm; UTC milliseconds'),
  rows: z.object({ rows: count, accepted: count, rejected: count, unchanged: count }).nullable(),
});

/**
 * All that the live page shows, sent whole each time something has changed. Instants are UTC milliseconds, days are those of
 * Rome. The page's own types are taken from here.
 */
export const liveDocument = z.object({
  clock: z.int().nullable().describe('what the suite clock shows'),
  read: z.boolean().describe('false until the facts that lay on the topics at the start have been counted'),
  campaign: campaign.nullable(),
  moves: z.record(z.enum(moveStates), count),
  days: z.array(z.object({ day: z.iso.date(), confirmed: count, completed: count })),
  mail: z.object({ messages: count, receipts: count, delivered: count, notDelivered: count }),
  notices: z.object({ sent: count, delivered: count, failed: count }),
  services: z.array(serviceHealth),
  run: runDocument.nullable(),
});

export type LiveDocument = z.output<typeof liveDocument>;
