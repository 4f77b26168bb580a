import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { legalTime, readLegalTime } from './legal-time.ts';
import { certifiedInstant, dateHeader } from './index.ts';

// @rule RFC6109-4.1
describe('the one time value of a certified message', () => {
  test('has whole seconds, cut and not rounded', () => {
    expect(certifiedInstant(parseInstant('2010-09-15T21:59:59.999Z'))).toBe(parseInstant('2010-09-15T21:59:59Z'));
  });

  test.each([
    ['2014-07-14T07:30:15Z', '14/07/2014', '09:30:15', '+0200', 'Mon, 14 Jul 2014 09:30:15 +0200'],
    ['2014-12-17T22:59:59Z', '17/12/2014', '23:59:59', '+0100', 'Wed, 17 Dec 2014 23:59:59 +0100'],
    ['2010-09-15T22:00:00Z', '16/09/2010', '00:00:00', '+0200', 'Thu, 16 Sep 2010 00:00:00 +0200'],
    ['2015-03-29T00:59:59Z', '29/03/2015', '01:59:59', '+0100', 'Sun, 29 Mar 2015 01:59:59 +0100'],
    ['2015-03-29T01:00:00Z', '29/03/2015', '03:00:00', '+0200', 'Sun, 29 Mar 2015 03:00:00 +0200'],
    ['2014-10-26T00:30:00Z', '26/10/2014', '02:30:00', '+0200', 'Sun, 26 Oct 2014 02:30:00 +0200'],
    ['2014-10-26T01:30:00Z', '26/10/2014', '02:30:00', '+0100', 'Sun, 26 Oct 2014 02:30:00 +0100'],
  ])('%s is written in Italian legal time, alike in data and header', (utc, giorno, ora, zona, header) => {
    const at = parseInstant(utc);
    expect(legalTime(at)).toEqual({ giorno, ora, zona });
    expect(dateHeader(at)).toBe(header);
    expect(readLegalTime({ giorno, ora, zona })).toBe(at);
  });

  test.each([
    ['30/02/2014', '09:30:15', '+0100'],
    ['2014-07-14', '09:30:15', '+0200'],
    ['14/07/2014', '24:00:00', '+0200'],
    ['14/07/2014', '9:30:15', '+0200'],
    ['14/07/2014', '09:30:15', '+02:00'],
    ['14/07/2014', '09:30:15', '+1500'],
    ['14/07/2014', '09:30:15', ''],
  ])('"%s %s %s" is no time that could be certified', (giorno, ora, zona) => {
    expect(readLegalTime({ giorno, ora, zona })).toBeNull();
  });
});
