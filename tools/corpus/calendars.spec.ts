import { describe, expect, test } from '@jest/globals';
import { calendars } from './calendars.ts';
import type { Calendar } from './calendars.ts';

const seconds = (from: string, until: string) => (Date.parse(until) - Date.parse(from)) / 1000;

describe.each(calendars.map((calendar) => [calendar.name, calendar] as const))('%s', (_, calendar) => {
  test('each thing happens in elapsed time, whatever the clocks show', () => {
    const after = (until: keyof Omit<Calendar, 'name'>) => seconds(calendar.accepted, calendar[until]);
    expect([after('taken'), after('delivered'), after('reported')]).toEqual([1, 2, 3]);
    expect([after('twelveHours'), after('twentyThreeHours')]).toEqual([12 * 3600, 23 * 3600]);
  });

  test('is written as the clocks in Rome show it', () => {
    const { name: _name, ...instants } = calendar;
    for (const written of Object.values(instants)) {
      const shown = new Date(written).toLocaleString('sv-SE', { timeZone: 'Europe/Rome' });
      expect(written.slice(0, 19)).toBe(shown.replace(' ', 'T'));
    }
  });
});
