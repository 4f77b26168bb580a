import { enrolmentOf } from '@recapito/contracts';
import { formatInstant, instant } from '@recapito/primitives';
import { z } from 'zod';
import type { Campaign } from '../domain/campaign.ts';
import { campaignStates } from '../domain/campaign.ts';
import { loadStates } from '../domain/load.ts';
import type { Load } from '../persistence/load.store.ts';
import type { ListedMove } from '../persistence/queries/moves-page.ts';

const end = z.object({ service: z.string(), domain: z.string() });

export const newCampaign = z.object({ programme: z.string().min(1).describe('the name of a programme, as inps-2010') });

export const campaignDocument = z.object({
  id: z.string(),
  programme: z.string(),
  state: z.enum(campaignStates),
  source: end,
  target: end,
  until: z.iso.datetime().describe('the bound, exclusive, UTC'),
});

const counts = { rows: z.int(), accepted: z.int(), rejected: z.int(), unchanged: z.int() };

export const loadDocument = z.object({
  id: z.uuid(),
  state: z.enum(loadStates),
  expected: z.int().describe('rows that the file has'),
  ...counts,
});

export const dryRunDocument = z.object({
  ...counts,
  faults: z
    .array(z.object({ riga: z.int(), campo: z.string(), codice: z.string(), messaggio: z.string() }))
    .describe('the first hundred'),
});

export const reportDocument = z.object({
  cohort: z.object({ ...counts, load: z.uuid().nullable().describe('Whose rejects may be read.') }),
  moves: z.object({ planned: z.int(), announced: z.int(), completed: z.int(), lapsed: z.int(), refused: z.int() }),
  sla: z.object({ worstHours: z.number(), late: z.int() }),
  days: z
    .array(z.object({ day: z.string(), confirmed: z.int(), completed: z.int() }))
    .describe('Days in Rome on which something happened, the oldest first.'),
});

export const moveDocument = z.object({
  id: z.uuid(),
  holder: z.uuid(),
  enrolment: z.uuid().describe('at identity: what a first-access password is made anew by'),
  codiceFiscale: z.string(),
  from: z.string(),
  to: z.string().nullable(),
  state: z.enum(['planned', 'announced', 'confirmed', 'completed', 'lapsed', 'refused']),
  announcedAt: z.iso.datetime().nullable(),
  confirmedAt: z.iso.datetime().nullable(),
  completedAt: z.iso.datetime().nullable(),
});

export function showCampaign(campaign: Campaign): z.input<typeof campaignDocument> {
  const { id, programme, state, source, target, until } = campaign;
  return { id, programme, state, source, target, until: formatInstant(until) };
}

export function showLoad(load: Load): z.input<typeof loadDocument> {
  const { id, state, expected, rows, accepted, rejected, unchanged } = load;
  return { id, state, expected, rows, accepted, rejected, unchanged };
}

export function showMove({ announcedAt, confirmedAt, completedAt, ...move }: ListedMove): z.input<typeof moveDocument> {
  const shown = (at: Date | null) => at && formatInstant(instant(at.getTime()));
  return {
    ...move,
    enrolment: enrolmentOf(move.id),
    state: move.state as z.input<typeof moveDocument>['state'],
    announcedAt: shown(announcedAt),
    confirmedAt: shown(confirmedAt),
    completedAt: shown(completedAt),
  };
}
