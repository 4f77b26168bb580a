import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseInstant, romeDay } from '@recapito/primitives';
import { describe, expect, test } from '@jest/globals';
import { readCampaigns } from './campaigns.ts';

const shipped = new URL('../../../../programmes', import.meta.url).pathname;

describe('the campaigns of the programmes', () => {
  test('have the move of 2010, whose window ends when 16 September begins in Rome', () => {
    expect(readCampaigns(shipped).get('inps-2010')).toEqual({
      id: 'inps-2010',
      recognisedFrom: romeDay('2000-01-01'),
      programme: 'inps-2010',
      source: { service: 'inps-trial', domain: 'inpspec.gov.it' },
      target: { service: 'cec-pac', domain: 'postacertificata.gov.it' },
      until: parseInstant('2010-09-15T22:00:00Z'),
      adultAt: 18,
    });
  });

  test('stop the start when a file says what no campaign can', () => {
    const folder = mkdtempSync(join(tmpdir(), 'programmes-'));
    mkdirSync(join(folder, 'spring'));
    writeFileSync(join(folder, 'spring', 'campaign.json'), JSON.stringify({ name: 'spring', lastDay: '2010-02-30' }));
    expect(() => readCampaigns(folder)).toThrow(/spring\/campaign\.json does not say[^]*lastDay/);
  });
});
