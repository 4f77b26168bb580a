import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { dayInRome, instantInRome, number, romeDayOf, shortInRome } from './formats.ts';

type Texts = { readonly [key: string]: string | Texts };

const read = (language: string) =>
  JSON.parse(readFileSync(new URL(`${language}.json`, import.meta.url), 'utf8')) as Texts;

/** Every text with the values that it takes, as `report.rows: accepted rejected unchanged`. */
function outline(texts: Texts, path = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) => {
    if (typeof value !== 'string') return outline(value, `${path}${key}.`);
    const values = [...value.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
    return [`${path}${key}: ${values.join(' ')}`.trimEnd()];
  });
}

describe('the texts of the console', () => {
  test('are the same in both languages, with the same values in each', () => {
    expect(outline(read('en')).sort()).toEqual(outline(read('it')).sort());
  });

  test('are all written', () => {
    const empty = (texts: Texts): boolean =>
      Object.values(texts).some((text) => (typeof text === 'string' ? text.trim() === '' : empty(text)));
    expect([empty(read('it')), empty(read('en'))]).toEqual([false, false]);
  });
});

describe('figures and instants', () => {
  test('have their digits in groups from a thousand on', () => {
    expect([number('it', 2214), number('en', 11_184), number('it', 2.5, 1)]).toEqual(['2.214', '11,184', '2,5']);
  });

  test('are told by the clocks in Rome, in summer and in winter', () => {
    expect(instantInRome('it', Date.parse('2010-09-15T22:00:00Z'))).toBe('16 settembre 2010 alle ore 00:00');
    expect(shortInRome('en', Date.parse('2010-12-31T23:30:00Z'))).toBe('01/01/2011, 00:30');
    expect(romeDayOf(Date.parse('2010-12-31T23:30:00Z'))).toBe('2011-01-01');
    expect(dayInRome('it', Date.parse('2010-08-31T22:00:00Z'))).toBe('1 set');
  });
});
