import { describe, expect, test } from '@jest/globals';
import { Breakers, Health, Metrics } from '@recapito/platform';
import { Antivirus } from './antivirus.ts';

type Settings = Parameters<typeof Antivirus.of>[0];

/** Whether a service with these settings checks for viruses. */
function looks(more: Partial<Settings>): boolean {
  const [health, metrics] = [new Health(), new Metrics('spec')];
  const clamd = { clamdHost: '127.0.0.1', clamdPort: undefined, clamdSeconds: 10 } as const;
  const settings: Settings = { antivirus: 'clamd', mode: 'production', ...clamd, ...more };
  return Antivirus.of(settings, { breakers: new Breakers(health, metrics), health, metrics }).looks;
}

describe('production', () => {
  test('does not start without an antivirus, unless its settings say so in words', () => {
    expect(() => looks({})).toThrow('RECAPITO_CLAMD_PORT: production takes no mail that nobody has checked');
    expect(looks({ antivirus: 'none' })).toBe(false);
    expect(looks({ clamdPort: 3310 })).toBe(true);
  });

  test('does not start with settings that contradict each other', () => {
    expect(() => looks({ antivirus: 'none', clamdPort: 3310 })).toThrow('RECAPITO_ANTIVIRUS: says none');
  });
});

describe('a rehearsal', () => {
  test('starts without one', () => {
    expect(looks({ mode: 'rehearsal' })).toBe(false);
  });
});
