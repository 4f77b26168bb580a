import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  addDays,
  addMonths,
  atRomeTime,
  dayOf,
  daysInclusive,
  formatRome,
  localDate,
  localTime,
  monthsLaterBound,
  offsetAt,
  parseRomeDay,
  romeDay,
  startOfDay,
} from './civil-time.ts';
import { after, formatInstant, instant, parseInstant } from './instant.ts';
import { contains } from './window.ts';

const hour = 3_600_000;
const days = fc
  .integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2039, 11, 31) })
  .map((milliseconds) => dayOf(instant(milliseconds)));

describe('a day in Rome', () => {
  test.each([
    ['2010-04-26', '2010-04-25T22:00:00.000Z'],
    ['2010-09-16', '2010-09-15T22:00:00.000Z'],
    ['2014-12-18', '2014-12-17T23:00:00.000Z'],
    ['2015-03-13', '2015-03-12T23:00:00.000Z'],
    ['2015-03-18', '2015-03-17T23:00:00.000Z'],
    ['2015-07-18', '2015-07-17T22:00:00.000Z'],
    ['2015-09-18', '2015-09-17T22:00:00.000Z'],
    ['2018-03-18', '2018-03-17T23:00:00.000Z'],
  ])('%s begins at %s', (day, utc) => {
    expect(formatInstant(startOfDay(romeDay(day)))).toBe(utc);
    expect(dayOf(parseInstant(utc))).toBe(day);
    expect(dayOf(after(parseInstant(utc), -1))).not.toBe(day);
  });

  test('any day begins where the day before ends, and contains its own start', () => {
    fc.assert(
      fc.property(days, (day) => {
        const start = startOfDay(day);
        expect(dayOf(start)).toBe(day);
        expect(dayOf(after(start, -1))).toBe(addDays(day, -1));
      }),
    );
  });

  test('lasts 23 hours when clocks go forward and 25 when they go back', () => {
    const lengthOf = (day: string) => startOfDay(addDays(romeDay(day), 1)) - startOfDay(romeDay(day));
    expect(lengthOf('2015-03-29')).toBe(23 * hour);
    expect(lengthOf('2014-10-26')).toBe(25 * hour);
    expect(lengthOf('2010-09-15')).toBe(24 * hour);
  });

  // @rule DAY-FORM
  test.each(['2010-9-15', '15/09/2010', '2010-09-15T00:00', ' 2010-09-15', '2010-09-15\n', ''])(
    '%j is not written as a day',
    (text) => {
      expect(parseRomeDay(text)).toMatchObject({ refused: 'day/malformed', rule: 'DAY-FORM' });
    },
  );

  // @rule DAY-REAL
  test.each(['2010-02-29', '1980-02-30', '1900-02-29', '2010-13-01', '2010-00-10', '2010-04-31', '2010-01-00'])(
    '%s is on no calendar',
    (text) => {
      expect(parseRomeDay(text)).toMatchObject({ refused: 'day/impossible', rule: 'DAY-REAL' });
    },
  );

  test('29 February 2000 is a day, and in data of the house an impossible one is a fault', () => {
    expect(parseRomeDay('2000-02-29')).toBe('2000-02-29');
    expect(() => romeDay('2010-02-29')).toThrow(RangeError);
  });
});

// @rule TERM-MONTHS
describe('a term in months', () => {
  test.each([
    ['2015-09-17', 30, '2018-03-17'],
    ['2015-07-17', 30, '2018-01-17'],
    ['2015-08-31', 30, '2018-02-28'],
    ['2012-08-29', 30, '2015-02-28'],
    ['2010-09-15', 30, '2013-03-15'],
    ['2010-05-10', 6, '2010-11-10'],
    ['2010-08-31', 6, '2011-02-28'],
    ['2015-03-13', 12, '2016-03-13'],
  ])('from %s, %i months later, is %s', (day, months, expected) => {
    expect(addMonths(romeDay(day), months)).toBe(expected);
  });

  test.each([
    ['2010-05-10', 6, '2010-11-11T00:00:00.000+01:00'],
    ['2010-08-31', 6, '2011-03-01T00:00:00.000+01:00'],
    ['2015-09-17', 30, '2018-03-18T00:00:00.000+01:00'],
    ['2012-08-29', 30, '2015-03-01T00:00:00.000+01:00'],
    ['2010-05-12', 3, '2010-08-13T00:00:00.000+02:00'],
  ])('from %s, of %i months, holds through the corresponding day and ends at %s', (day, months, bound) => {
    expect(formatRome(monthsLaterBound(romeDay(day), months))).toBe(bound);
  });

  test('never ends in another month than the one it names, whatever the day it starts', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 60 }), (day, months) => {
        const later = addMonths(day, months);
        const monthsOf = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
        expect(monthsOf(later) - monthsOf(day)).toBe(months);
        expect(Number(later.slice(8))).toBeLessThanOrEqual(Number(day.slice(8)));
      }),
    );
  });
});

// @rule DAYS-INCLUSIVE
describe('from a day to a day, both included', () => {
  const offer = daysInclusive(romeDay('2015-03-13'), romeDay('2015-09-18'));

  test.each([
    ['2015-03-12T22:59:59.999Z', false],
    ['2015-03-12T23:00:00Z', true],
    ['2015-09-18T21:59:59.999Z', true],
    ['2015-09-18T22:00:00Z', false],
  ])('the offer of 13 March to 18 September 2015 at %s: %s', (at, open) => {
    expect(contains(offer, parseInstant(at))).toBe(open);
  });

  test('a single day is a window of that day', () => {
    const day = romeDay('2010-09-15');
    expect(daysInclusive(day, day)).toEqual({
      from: parseInstant('2010-09-14T22:00:00Z'),
      until: parseInstant('2010-09-15T22:00:00Z'),
    });
  });

  test('days in the wrong order are a fault', () => {
    expect(() => daysInclusive(romeDay('2010-09-16'), romeDay('2010-09-14'))).toThrow(RangeError);
  });
});

describe('elapsed hours do not follow the clocks on the wall', () => {
  test.each([
    ['2015-03-28T20:00:00+01:00', 12, '2015-03-29T09:00:00.000+02:00'],
    ['2014-10-25T20:00:00+02:00', 12, '2014-10-26T07:00:00.000+01:00'],
    ['2015-03-28T20:00:00+01:00', 24, '2015-03-29T21:00:00.000+02:00'],
    ['2014-10-25T20:00:00+02:00', 24, '2014-10-26T19:00:00.000+01:00'],
  ])('dispatched at %s, %i hours later it is %s', (dispatched, hours, expected) => {
    expect(formatRome(after(parseInstant(dispatched), hours * hour))).toBe(expected);
  });
});

describe('the time that clocks in Rome show', () => {
  test.each([
    ['2010-08-02T07:00:00Z', '+0200', '02/08/2010', '09:00:00'],
    ['2010-09-15T21:59:59.999Z', '+0200', '15/09/2010', '23:59:59'],
    ['2010-09-15T22:00:00Z', '+0200', '16/09/2010', '00:00:00'],
    ['2014-12-17T23:00:00Z', '+0100', '18/12/2014', '00:00:00'],
    ['2015-03-29T00:59:59Z', '+0100', '29/03/2015', '01:59:59'],
    ['2015-03-29T01:00:00Z', '+0200', '29/03/2015', '03:00:00'],
  ])('at %s is offset %s, date %s, time %s', (at, offset, date, time) => {
    const read = parseInstant(at);
    expect([offsetAt(read), localDate(read), localTime(read)]).toEqual([offset, date, time]);
  });

  test.each([
    ['2010-09-16', '00:30', '2010-09-15T22:30:00.000Z'],
    ['2010-12-01', '18:30:15', '2010-12-01T17:30:15.000Z'],
    ['2015-03-29', '02:30', '2015-03-29T01:30:00.000Z'],
    ['2014-10-26', '02:30', '2014-10-26T00:30:00.000Z'],
  ])('on %s they show %s at %s', (day, time, utc) => {
    expect(formatInstant(atRomeTime(romeDay(day), time))).toBe(utc);
  });

  test('written with its offset, an instant reads back as itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2039, 11, 31) }), (milliseconds) => {
        expect(parseInstant(formatRome(instant(milliseconds)))).toBe(milliseconds);
      }),
    );
  });

  test('the parts that daticert.xml carries name the same second', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2039, 11, 31) }), (milliseconds) => {
        const at = instant(milliseconds);
        const [day, month, year] = localDate(at).split('/');
        const offset = `${offsetAt(at).slice(0, 3)}:${offsetAt(at).slice(3)}`;
        expect(parseInstant(`${year}-${month}-${day}T${localTime(at)}${offset}`)).toBe(
          Math.floor(milliseconds / 1000) * 1000,
        );
      }),
    );
  });
});
