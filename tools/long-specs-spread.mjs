// In which order Jest takes the spec files. Whole suites and benchmarks take minutes and both processors: they begin first,
// one after the other, beside specs that need nothing but a moment. Integration specs share the machine after them.
import TestSequencer from '@jest/test-sequencer';

const kinds = { long: /\/(e2e|bench)\/.*\.int-spec\.ts$/, integration: /-spec\.ts$/ };

export default class LongSpecsSpread extends TestSequencer {
  sort(tests) {
    const { long = [], integration = [], pure = [] } = Object.groupBy(super.sort(tests), ({ path }) => kindOf(path));
    const every = Math.ceil(pure.length / Math.max(1, long.length));
    const rows = long.map((test, nth) => [test, ...pure.slice(nth * every, (nth + 1) * every)]);
    return [...rows.flat(), ...pure.slice(long.length * every), ...integration];
  }
}

function kindOf(path) {
  if (kinds.long.test(path)) return 'long';
  return kinds.integration.test(path) ? 'integration' : 'pure';
}
