import { refuse } from '@recapito/primitives';
import type { Refusal, StateTable } from '@recapito/primitives';

/** The life of an export: asked for, being written, ready to be fetched, failed, taken away. */
export const exportStates = ['asked', 'running', 'ready', 'failed', 'removed'] as const;
export type ExportState = (typeof exportStates)[number];

/** What may happen to it. `start` is also what a process does that finds one half written. */
export const exportCommands = ['start', 'finish', 'fail', 'remove'] as const;
export type ExportCommand = (typeof exportCommands)[number];

/** From each state, where each command leads; null where it is refused. */
const exportLife: StateTable<ExportState, ExportCommand> = {
  asked: { start: 'running', finish: null, fail: null, remove: 'removed' },
  running: { start: 'running', finish: 'ready', fail: 'failed', remove: 'removed' },
  ready: { start: null, finish: null, fail: null, remove: 'removed' },
  failed: { start: null, finish: null, fail: null, remove: 'removed' },
  removed: { start: null, finish: null, fail: null, remove: 'removed' },
};

export type ExportRefusal = Refusal<'export/not-in-this-state'>;

/** The state after a command. Refusal: `export/not-in-this-state`. */
export function moveExport(from: ExportState, command: ExportCommand): ExportState | ExportRefusal {
  const to = exportLife[from][command];
  if (to !== null) return to;
  return refuse(
    'export/not-in-this-state',
    'TRACE-EXPORT',
    {
      it: 'L’esportazione non è in uno stato in cui questo si possa fare.',
      en: 'The export is not in a state in which this can be done.',
    },
    { state: from, command },
  );
}
