// In which order Jest takes the spec files. Whole suites and benchmarks take minutes and both processors: they begin
// early, and not all at once, so that none is left running alone at the end.
import TestSequencer from '@jest/test-sequencer';

const long = /\/(e2e|bench)\/.*\.int-spec\.ts$/;

export default class LongSpecsSpread extends TestSequencer {
  sort(tests) {
    const { spread = [], rest = [] } = Object.groupBy(super.sort(tests), ({ path }) =>
      long.test(path) ? 'spread' : 'rest',
    );
    const every = Math.ceil(rest.length / Math.max(1, spread.length));
    const rows = spread.map((test, nth) => [test, ...rest.slice(nth * every, (nth + 1) * every)]);
    return [...rows.flat(), ...rest.slice(spread.length * every)];
  }
}
