import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { stateArrows } from '@recapito/testing/state-diagram';
import { campaignLife } from '../src/domain/campaign.ts';
import { loadLife } from '../src/domain/load.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The arrows of one machine of the drawing. */
function drawn(machine: string): string[] {
  const [, inside = ''] = new RegExp(`state ${machine} \\{\n([^}]*)\n {2}\\}`).exec(readme) ?? [];
  return inside.split('\n').map((line) => line.trim());
}

test('the README draws the life of a campaign as its table has it', () => {
  expect(drawn('campaign')).toEqual(['[*] --> proposed', ...stateArrows(campaignLife)]);
});

test('the README draws the life of a load as its table has it', () => {
  expect(drawn('load')).toEqual(['[*] --> received', ...stateArrows(loadLife)]);
});
