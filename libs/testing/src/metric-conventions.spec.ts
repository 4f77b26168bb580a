import { expect, test } from '@jest/globals';
import { breachesOfMetricConventions } from './metric-conventions.ts';

const sound = `# HELP logins_total Log-ins
# TYPE logins_total counter
logins_total{outcome="refused"} 1
logins_total{outcome="admitted"} 2
# HELP answer_duration_seconds Time to an answer
# TYPE answer_duration_seconds histogram
answer_duration_seconds_bucket{le="1"} 3
answer_duration_seconds_bucket{le="+Inf"} 4
answer_duration_seconds_sum 5.5
answer_duration_seconds_count 4
# HELP boxes Boxes known
# TYPE boxes gauge
boxes 7
`;

/** A metric of one series. */
const metric = (name: string, type: string, series = name, help = 'Words') =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${series} 1\n`;

test('an exposition that keeps the conventions is found sound', () => {
  expect(breachesOfMetricConventions(sound)).toEqual([]);
});

test.each([
  ['no HELP', metric('boxes', 'gauge', 'boxes', ''), 'boxes: it has no HELP'],
  ['no TYPE', '# HELP boxes Boxes\nboxes 1\n', 'boxes: it has no TYPE'],
  ['a counter without _total', metric('logins', 'counter'), 'logins: a counter ends in _total'],
  ['a gauge with _total', metric('boxes_total', 'gauge'), 'boxes_total: only a counter ends in _total'],
  ['a gauge with _count', metric('boxes_count', 'gauge'), 'boxes_count: only a histogram has _bucket, _sum and _count'],
  [
    'a gauge with le',
    metric('boxes', 'gauge', 'boxes{le="1"}'),
    'boxes: only a histogram has the label le or quantile',
  ],
  ['a capital', metric('openBoxes', 'gauge'), 'openBoxes: a name is in lower case, with _ between its words'],
  ['a colon', metric('boxes:rate', 'gauge'), 'boxes:rate: a name is in lower case, with _ between its words'],
  ['a type in the name', metric('boxes_gauge', 'gauge'), 'boxes_gauge: a name does not say its type'],
  ['milliseconds', metric('age_milliseconds', 'gauge'), 'age_milliseconds: units are seconds, bytes and ratios'],
  ['an abbreviated unit', metric('age_ms', 'gauge'), 'age_ms: units are seconds, bytes and ratios'],
  ['a series twice', `${metric('boxes', 'gauge')}boxes 2\n`, 'boxes: a series stands there twice'],
])('%s is told', (_, exposition, words) => {
  expect(breachesOfMetricConventions(exposition)).toEqual([words]);
});
