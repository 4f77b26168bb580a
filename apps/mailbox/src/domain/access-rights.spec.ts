import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { compileCalendar, serviceCalendar } from '@recapito/capability';
import { parseInstant } from '@recapito/primitives';
import { accessLevel, doors, rightsOf } from './access-rights.ts';

function shipped(service: string) {
  const file = new URL(`../../../../programmes/services/${service}.json`, import.meta.url);
  return compileCalendar(serviceCalendar.parse(JSON.parse(readFileSync(file, 'utf8'))));
}

const cecPac = shipped('cec-pac');
const inps = shipped('inps-trial');

// @rule BOX-ACCESS-LEVEL
describe('what a mail client may do in an active box', () => {
  test.each([
    ['INPS, the last millisecond: everything', inps, '2010-09-15T21:59:59.999Z', 'full'],
    ['INPS, the bound: nothing', inps, '2010-09-15T22:00:00.000Z', 'none'],
    ['PostaCertificat@, the last millisecond in which it sends', cecPac, '2015-03-17T22:59:59.999Z', 'full'],
    ['receive only: what is there may be saved, not emptied', cecPac, '2015-03-17T23:00:00.000Z', 'read'],
    ['consult only', cecPac, '2015-07-17T22:00:00.000Z', 'read'],
    ['the last millisecond of consulting', cecPac, '2015-09-17T21:59:59.999Z', 'read'],
    ['log requests only', cecPac, '2015-09-17T22:00:00.000Z', 'none'],
  ] as const)('%s', (_, calendar, at, level) => {
    expect(accessLevel(calendar, 'active', parseInstant(at))).toBe(level);
  });
});

// @rule BOX-ACCESS-LEVEL
describe('what the state of a box takes away', () => {
  test.each([
    ['requested', 'none'],
    ['reserved', 'none'],
    ['active', 'full'],
    ['suspended', 'none'],
    ['receive-only', 'read'],
    ['read-only', 'read'],
    ['expired', 'none'],
    ['closed', 'none'],
    ['withdrawn', 'none'],
    ['deleted', 'none'],
  ] as const)('a box that is %s: %s', (state, level) => {
    expect(accessLevel(cecPac, state, parseInstant('2012-01-10T10:00:00Z'))).toBe(level);
  });
});

test('each level has a length of its own at each door, or Dovecot could miss a replaced file', () => {
  for (const door of doors) expect(new Set(Object.values(rightsOf).map((rights) => rights[door].length)).size).toBe(3);
});
