import { describe, expect, test } from '@jest/globals';
import { Breakers, Health, Metrics } from '@recapito/platform';
import { Antivirus } from './antivirus.ts';

type Settings = Parameters<typeof Antivirus.of>[0];

/** Whether a service with these settings checks for viruses. */
function looks(more: Partial<Settings>): boolean {
  const [health, metrics] = [new Health(), new Metrics('spec')];
  const clamd = { clamdHost: '127.0.0.1', clamdPort: undefined, clamdSeconds: 10 } as const;
  const settings: Settings = { antivirus: 'clamd', ...clamd, ...more };
  return Antivirus.of(settings, { breakers: new Breakers(health, metrics), health, metrics }).looks;
}

describe('the settings of the antivirus', () => {
  test('say whether there is one', () => {
    expect(looks({})).toBe(false);
    expect(looks({ antivirus: 'none' })).toBe(false);
    expect(looks({ clamdPort: 3310 })).toBe(true);
  });

  test('do not contradict each other', () => {
    expect(() => looks({ antivirus: 'none', clamdPort: 3310 })).toThrow('RECAPITO_ANTIVIRUS: says none');
  });
});
