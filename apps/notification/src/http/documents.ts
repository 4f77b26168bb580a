import { formatInstant, instant } from '@recapito/primitives';
import { z } from 'zod';
import { communicationKinds, communicationStates } from '../domain/communication.ts';
import type { Communication } from '../persistence/generated/client.ts';

const state = z.enum(communicationStates);
const kind = z.enum(communicationKinds);
const channel = z.enum(['pec', 'sms', 'email', 'posta', 'sportello']);

/** A communication as an operator sees it: neither whom it names, nor where it went, nor what it said. */
export const communicationDocument = z.object({
  id: z.uuid(),
  kind,
  channel,
  programme: z.string(),
  holder: z.string(),
  move: z.uuid().nullable(),
  generation: z.int(),
  state,
  reason: z.string().nullable().describe('why it failed or was abandoned'),
  identificativo: z.string().nullable(),
  askedAt: z.iso.datetime(),
  submittedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  attempts: z.int().describe('tries since it came to its state'),
  hindrance: z.string().nullable().describe('what the last try met'),
});

export const summaryDocument = z.object({
  notices: z.object({ sent: z.int(), delivered: z.int(), failed: z.int() }).describe('certified notices'),
  tallies: z.array(z.object({ kind, channel, state, count: z.int() })),
});

export const stateQuery = z.object({ state: state.optional() });

export function showCommunication(row: Communication): z.input<typeof communicationDocument> {
  const { id, programme, holder, move, generation, reason, identificativo, attempts, hindrance } = row;
  const same = { id, programme, holder, move, generation, reason, identificativo, attempts, hindrance };
  return {
    ...same,
    kind: kind.parse(row.kind),
    channel: channel.parse(row.channel),
    state: state.parse(row.state),
    askedAt: formatInstant(instant(row.askedAt.getTime())),
    submittedAt: shown(row.submittedAt),
    endedAt: shown(row.endedAt),
  };
}

function shown(at: Date | null): string | null {
  return at && formatInstant(instant(at.getTime()));
}
