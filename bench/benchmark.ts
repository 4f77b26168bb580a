import { figuresOf, rounded } from './figures.ts';
import type { Better, Figures, Runs } from './figures.ts';
import { describeMachine } from './machine.ts';
import type { Machine } from './machine.ts';

/** How much is done: `full` for figures that one publishes, `small` to see in seconds that everything still works. */
export type Size = 'full' | 'small';

/** What a benchmark needs of whoever runs it. */
export interface Occasion {
  readonly size: Size;
  /** Tells the person at the terminal what is being done. */
  readonly says: (words: string) => void;
  /** Aborted by Ctrl-C: what is under way is given up. */
  readonly abort: AbortSignal;
  /** Has something undone when the benchmark is over, however it ends; what was done last is undone first. */
  readonly atEnd: (undo: () => Promise<unknown>) => void;
}

/** Ours and its yardstick, set up side by side; each call is one run and answers one positive figure. */
export interface Contest {
  /** @throws Error when what was done does not add up: a figure of it would mean nothing. */
  ours(): Promise<number>;
  /** Run after `ours`, so that it may stand on what that has measured. */
  yardstick(): Promise<number>;
}

/** One thing that is measured against one yardstick. */
export interface Benchmark {
  readonly name: string;
  /** What ours and the yardstick are, in a few words each. */
  readonly ours: string;
  readonly yardstick: string;
  readonly unit: string;
  readonly better: Better;
  /** What is to be reached, in words and as a rule over the figures. */
  readonly mark: string;
  readonly reached: (figures: Pick<Figures, 'ours' | 'yardstick' | 'ratio'>) => boolean;
  /** Runs of each side at full size; one at the small size. */
  readonly runs: number;
  readonly prepare: (occasion: Occasion) => Promise<Contest>;
}

/** The line that a benchmark prints. */
export interface Measured {
  readonly name: string;
  readonly ours: number;
  readonly yardstick: number;
  readonly ratio: number;
  /** Of `ours` and `yardstick`, and how the ratio comes of them: in a ratio more is always better. */
  readonly unit: string;
  /** Of each side; the figures are medians. */
  readonly runs: number;
  readonly spread: number;
  readonly machine: Machine;
}

/** Measures ours and the yardstick in turns and answers the line to be printed. */
export async function measure(benchmark: Benchmark, given: Omit<Occasion, 'atEnd'>): Promise<Measured> {
  const { name, unit, better, mark, reached } = benchmark;
  const machine = describeMachine();
  const runs = given.size === 'full' ? benchmark.runs : 1;
  const undo: (() => Promise<unknown>)[] = [];
  const occasion = { ...given, atEnd: (each: () => Promise<unknown>) => void undo.push(each) };
  try {
    const taken = await unlessAborted(takeTurns(benchmark, occasion, runs), given.abort);
    const figures = figuresOf(taken, better);
    given.says(`ratio ${rounded(figures.ratio)}; mark ${mark}: ${reached(figures) ? 'reached' : 'not reached'}`);
    return {
      name,
      ours: rounded(figures.ours),
      yardstick: rounded(figures.yardstick),
      ratio: rounded(figures.ratio),
      unit: `${unit}; ratio = ${better === 'more' ? 'ours / yardstick' : 'yardstick / ours'}, more is better`,
      runs,
      spread: rounded(figures.spread),
      machine,
    };
  } finally {
    for (const each of undo.toReversed()) await each();
  }
}

async function takeTurns({ prepare, unit }: Benchmark, occasion: Occasion, runs: number): Promise<Runs> {
  const [ours, yardstick]: [number[], number[]] = [[], []];
  const contest = await prepare(occasion);
  for (let run = 1; run <= runs; run += 1) {
    const mine = await contest.ours();
    const theirs = await contest.yardstick();
    ours.push(mine);
    yardstick.push(theirs);
    occasion.says(`${run} of ${runs}: ${rounded(mine)} beside ${rounded(theirs)} ${unit}`);
  }
  return { ours, yardstick };
}

async function unlessAborted<Result>(work: Promise<Result>, abort: AbortSignal): Promise<Result> {
  const aborted = Promise.withResolvers<never>();
  const giveUp = (): void => aborted.reject(new Error('interrupted'));
  if (abort.aborted) giveUp();
  abort.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    abort.removeEventListener('abort', giveUp);
    // Given up, it fails on what is taken from under it: nobody is interested any more.
    work.catch(() => undefined);
  }
}
