import type { LiveDocument } from '../../../api/live.tsx';

export const parts = ['import', 'campaign', 'trace'] as const;
export type Part = (typeof parts)[number];

/** What is being done, in the words of `campaign.stage`, and how much of the part at hand is done, from 0 to 1. */
export type Progress =
  | { readonly words: 'starting' | 'trace' | 'ended' | 'failed'; readonly part: Part | null; readonly done: number }
  | { readonly words: 'reading' | 'import'; readonly part: 'import'; readonly done: number; readonly count: Count }
  | { readonly words: 'campaign'; readonly part: 'campaign'; readonly done: number; readonly clock: number };

interface Count {
  readonly done: number;
  readonly of: number;
}

/** How far the run is. The part of the import is measured by what has reached people, not by what was read. */
export function progressOf({ run, moves, clock }: Pick<LiveDocument, 'run' | 'moves' | 'clock'>): Progress | null {
  if (run === null) return null;
  switch (run.stage) {
    case 'starting':
      return { words: 'starting', part: null, done: 0 };
    case 'import':
      return importing(run.rows, moves);
    case 'campaign': {
      const at = clock ?? run.imports;
      return { words: 'campaign', part: 'campaign', clock: at, done: share(at - run.imports, run.ends - run.imports) };
    }
    case 'trace':
      return { words: 'trace', part: 'trace', done: 0 };
    case 'ended':
      return { words: 'ended', part: null, done: 1 };
    case 'failed':
      return { words: 'failed', part: null, done: 0 };
  }
}

function importing(rows: { readonly read: number; readonly of: number }, moves: LiveDocument['moves']): Progress {
  const all = Object.values(moves).reduce((sum, count) => sum + count, 0);
  if (rows.read < rows.of || all === 0)
    return { words: 'reading', part: 'import', count: { done: rows.read, of: rows.of }, done: 0 };
  const toAnnounce = all - moves.refused;
  const count = { done: toAnnounce - moves.planned, of: toAnnounce };
  return { words: 'import', part: 'import', count, done: share(count.done, count.of) };
}

function share(done: number, of: number): number {
  return of <= 0 ? 0 : Math.min(1, Math.max(0, done / of));
}
