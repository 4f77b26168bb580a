/** The figures of one benchmark: runs of ours and of the yardstick, taken in turns. */
export interface Runs {
  readonly ours: readonly number[];
  readonly yardstick: readonly number[];
}

/** What is better in a figure: `more` (a rate) or `less` (a time). */
export type Better = 'more' | 'less';

/** What the runs come to. */
export interface Figures {
  /** Medians. */
  readonly ours: number;
  readonly yardstick: number;
  /** More is better whatever is measured: ours / yardstick for a rate, yardstick / ours for a time. */
  readonly ratio: number;
  /** The wider of the two sides: (largest - smallest) / median. */
  readonly spread: number;
}

/** The middle of the values, or the mean of the two in the middle. @throws RangeError when there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const half = sorted.length / 2;
  const [below, above] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  if (below === undefined || above === undefined) throw new RangeError('there is no middle of nothing');
  return (below + above) / 2;
}

/** The smallest value that at least `percent` of all do not exceed. @throws RangeError when there are none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const found = sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
  if (found === undefined) throw new RangeError('there is no percentile of nothing');
  return found;
}

/** @throws RangeError when a side has no runs, or a run that is no positive figure: nothing was measured then. */
export function figuresOf({ ours, yardstick }: Runs, better: Better): Figures {
  for (const figure of [...ours, ...yardstick])
    if (!(Number.isFinite(figure) && figure > 0)) throw new RangeError(`${figure} was not measured`);
  const [mine, theirs] = [median(ours), median(yardstick)];
  return {
    ours: mine,
    yardstick: theirs,
    ratio: better === 'more' ? mine / theirs : theirs / mine,
    spread: Math.max(spreadOf(ours), spreadOf(yardstick)),
  };
}

function spreadOf(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/** Four digits that count: more are noise. */
export function rounded(figure: number): number {
  return Number(figure.toPrecision(4));
}
