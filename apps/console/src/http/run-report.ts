import { refuse } from '@recapito/primitives';
import { z } from 'zod';

const count = z.int().min(0);

const address = z.object({
  codiceFiscale: z.string(),
  from: z.string(),
  to: z.string().nullable(),
  state: z.enum(['completed', 'lapsed', 'refused']),
  completedAt: z.string().nullable(),
});

/** What a run did, and which of its promises were broken. Texts with an instant are RFC 3339 in UTC. */
export const runReport = z.object({
  report: z.object({
    cohort: z.object({ rows: count, accepted: count, rejected: count, unchanged: count }),
    moves: z.object({ planned: count, announced: count, completed: count, lapsed: count, refused: count }),
    addresses: z.array(address).describe('everybody whose move has ended, in the order of the codice fiscale'),
    sla: z.object({ worstHours: z.number() }),
    mail: z.object({ messages: count, receipts: count, withoutFinalReceipt: count }),
    notices: z.object({ sent: count, delivered: count, failed: count }),
    deadLetters: count,
    trace: z.object({ entries: count, treeSize: count, rootHash: z.string(), verified: z.boolean() }),
    restarts: z.record(z.string(), count),
    seconds: z.record(z.string(), z.number()),
  }),
  broken: z.array(z.string()).describe('one sentence in Italian for each promise that was broken'),
  folder: z.string().describe('where the files of the report lie on the machine of the run'),
});

export type RunReport = z.output<typeof runReport>;

export function noReport() {
  return refuse('report/none', 'CONSOLE-REPORT', {
    it: 'La prova non è finita: il resoconto non c’è ancora.',
    en: 'The run is not over: there is no report yet.',
  });
}
