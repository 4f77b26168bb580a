import { expect, test } from '@jest/globals';
import { placeOf, scaleOf } from './time-scale.ts';

const at = (text: string) => Date.parse(text);
const times = [
  { from: null, until: at('2010-01-01T00:00:00Z'), allowed: false, refusal: null },
  { from: at('2010-01-01T00:00:00Z'), until: at('2018-01-01T00:00:00Z'), allowed: true, refusal: null },
  { from: at('2018-01-01T00:00:00Z'), until: null, allowed: false, refusal: null },
];

test('a bar shows every bound and the judged instant, with room at both ends', () => {
  const scale = scaleOf({ phases: [], verbs: [{ verb: 'send', times }] }, at('2014-01-01T00:00:00Z'));
  const places = ['2010-01-01', '2014-01-01', '2018-01-01'].map((day) => placeOf(scale, at(`${day}T00:00:00Z`)));
  expect(places).toEqual([45, 500, 955]);
  expect(placeOf(scale, at('1970-01-01T00:00:00Z'))).toBe(0);
  expect(placeOf(scale, at('2100-01-01T00:00:00Z'))).toBe(1_000);
});

test('the judged instant is within the bar, also where it lies far away, and where nothing ever changes', () => {
  const far = scaleOf({ phases: [], verbs: [{ verb: 'send', times }] }, at('2030-01-01T00:00:00Z'));
  expect(placeOf(far, at('2030-01-01T00:00:00Z'))).toBe(955);
  const never = scaleOf({ phases: [], verbs: [] }, at('2010-01-01T00:00:00Z'));
  expect(placeOf(never, at('2010-01-01T00:00:00Z'))).toBe(500);
});
