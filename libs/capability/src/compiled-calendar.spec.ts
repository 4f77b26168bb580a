import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { serviceCalendar } from './calendar.ts';
import { compileCalendar, nextBoundary, quotaAt } from './compiled-calendar.ts';

const compiled = (service: string) =>
  compileCalendar(
    serviceCalendar.parse(
      JSON.parse(readFileSync(new URL(`../../../programmes/services/${service}.json`, import.meta.url), 'utf8')),
    ),
  );
const cecPac = compiled('cec-pac');
const inpsTrial = compiled('inps-trial');

describe('a compiled calendar', () => {
  test('leaves no gap: each phase ends exactly where the next begins, and the last does not end', () => {
    for (const { phases } of [cecPac, inpsTrial])
      expect(phases.map(({ until }) => until)).toEqual([...phases.slice(1).map(({ from }) => from), null]);
  });

  // @rule BOX-RESERVE
  test.each([
    ['2015-03-17T22:59:59.999Z', 262_144_000],
    ['2015-03-17T23:00:00.000Z', 288_358_400],
    ['2015-07-17T21:59:59.999Z', 288_358_400],
    ['2015-07-17T22:00:00.000Z', 262_144_000],
  ])('at %s a box holds up to %i bytes: a tenth more while it cannot be emptied', (at, bytes) => {
    expect(quotaAt(cecPac, parseInstant(at))).toBe(bytes);
  });

  test('a service without a reserve has none', () => {
    expect(quotaAt(inpsTrial, parseInstant('2010-08-02T07:00:00Z'))).toBe(262_144_000);
  });

  test.each([
    ['2010-01-01T00:00:00Z', '2010-04-25T22:00:00Z'],
    ['2014-12-17T23:00:00Z', '2015-03-12T23:00:00Z'],
    ['2015-03-12T23:00:00Z', '2015-03-17T23:00:00Z'],
    ['2015-09-17T22:00:00Z', '2015-09-18T22:00:00Z'],
    ['2015-09-18T22:00:00Z', '2018-03-17T23:00:00Z'],
  ])('after %s the answers change next at %s', (at, next) => {
    expect(nextBoundary(cecPac, parseInstant(at))).toBe(parseInstant(next));
  });

  test('after the last boundary nothing changes any more', () => {
    expect(nextBoundary(cecPac, parseInstant('2018-03-17T23:00:00Z'))).toBeNull();
  });
});
