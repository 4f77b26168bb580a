import { describe, expect, test } from '@jest/globals';
import { Breakers, Health, Metrics } from '@recapito/platform';
import { Antivirus } from './antivirus.ts';

type Settings = Parameters<typeof Antivirus.of>[0];

/** The engine that health names for a service with these settings. */
async function engineFor(more: Partial<Settings>): Promise<unknown> {
  const [health, metrics] = [new Health(), new Metrics('spec')];
  const clamd = { clamdHost: '127.0.0.1', clamdPort: undefined, clamdSeconds: 10 } as const;
  const settings: Settings = { antivirus: 'clamd', ...clamd, ...more };
  Antivirus.of(settings, { breakers: new Breakers(health, metrics), health, metrics });
  return (await health.report()).checks.find(({ name }) => name === 'antivirus')?.['engine'];
}

describe('the settings of the antivirus', () => {
  test('say whether there is one', async () => {
    expect(await engineFor({})).toBe('none');
    expect(await engineFor({ antivirus: 'none' })).toBe('none');
    expect(await engineFor({ clamdPort: 3310 })).toBe('clamd');
  });

  test('do not contradict each other', async () => {
    await expect(engineFor({ antivirus: 'none', clamdPort: 3310 })).rejects.toThrow('RECAPITO_ANTIVIRUS: says none');
  });
});
