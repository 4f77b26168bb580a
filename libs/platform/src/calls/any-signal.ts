/** What the signals that were made here are made of. */
const sources = new WeakMap<AbortSignal, readonly AbortSignal[]>();

/**
 * A signal that is aborted as soon as one of these is. `AbortSignal.any` alone keeps, in Node 24, every signal that it made
 * of another one that it made: a service that nests its deadlines would grow with each request. So it is given the
 * innermost signals only.
 */
export function anySignal(signals: readonly AbortSignal[]): AbortSignal {
  const innermost = [...new Set(signals.flatMap((signal) => sources.get(signal) ?? [signal]))];
  // eslint-disable-next-line no-restricted-properties -- the one place that may
  const made = AbortSignal.any(innermost);
  sources.set(made, innermost);
  return made;
}
