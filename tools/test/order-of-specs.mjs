// In which order Jest takes the spec files. Whole suites and benchmarks take minutes and a dozen processes each: they begin at
// equal distances within the first part of the run, so that few of them stand at a time and none is left for the end.
// Specs that kill and start a service many times come before other integration specs, and pure specs fill what is left.
import TestSequencer from '@jest/test-sequencer';

const suite = /\/(e2e|bench)\/.*\.int-spec\.ts$/;
const integration = /-spec\.ts$/;

/** The dearest first, as they were measured; a suite that is not named comes after these. */
const dearestSuites = ['faulted-campaign', 'start', 'small', 'soak', 'production'];
const dearest = /\/(contract|crash|killed-[a-z-]+|lost-files|published-checkpoints|broker-[a-z-]+|full-[a-z-]+)\.int-/;

/** The part of the integration specs among which suites begin. */
const beginning = 0.6;

export default class OrderOfSpecs extends TestSequencer {
  sort(tests) {
    return inOrder(super.sort(tests));
  }
}

/** @param tests in the order of Jest, the largest or slowest first, which stays within each kind */
export function inOrder(tests) {
  const { suite: suites = [], dear = [], integration: others = [], pure = [] } = Object.groupBy(tests, kindOf);
  const rest = [...dear, ...others, ...pure];
  const among = (dear.length + others.length) * beginning;
  const every = Math.max(1, Math.floor(among / Math.max(1, suites.length)));
  const rows = suites
    .toSorted((one, other) => placeOf(one) - placeOf(other))
    .map((test, nth) => [test, ...rest.slice(nth * every, (nth + 1) * every)]);
  return [...rows.flat(), ...rest.slice(suites.length * every)];
}

function kindOf({ path }) {
  if (suite.test(path)) return 'suite';
  if (dearest.test(path)) return 'dear';
  return integration.test(path) ? 'integration' : 'pure';
}

function placeOf({ path }) {
  const place = dearestSuites.findIndex((name) => path.endsWith(`/${name}.int-spec.ts`));
  return place === -1 ? dearestSuites.length : place;
}
