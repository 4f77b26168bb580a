import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { stateArrows } from '@recapito/testing/state-diagram';
import { emissionLife } from '../src/domain/emission-life.ts';
import { placementLife } from '../src/domain/placement-life.ts';
import { recipientTable } from '../src/domain/recipient.ts';
import { submissionTable } from '../src/domain/submission.ts';
import { suspensionLife } from '../src/domain/suspension.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The arrows of one machine of the drawing. */
function drawn(machine: string): string[] {
  const [, inside = ''] = new RegExp(`state ${machine} \\{\n([^}]*)\n  \\}`).exec(readme) ?? [];
  return inside.split('\n').map((line) => line.trim());
}

/** Names of states inside a composite of Mermaid have no hyphens. */
const arrows = (table: Parameters<typeof stateArrows>[0]) => stateArrows(table, (state) => state.replaceAll('-', '_'));

describe('the drawing in the README', () => {
  test('shows the life of a submission as its table has it', () => {
    expect(drawn('submission')).toEqual(['[*] --> accepted', '[*] --> refused', ...arrows(submissionTable)]);
  });

  test('shows the life of a recipient as its table has it', () => {
    expect(drawn('recipient')).toEqual(['[*] --> dispatched', ...arrows(recipientTable)]);
  });

  test('shows the life of an emission as its table has it', () => {
    expect(drawn('emission')).toEqual(['[*] --> due', ...arrows(emissionLife)]);
  });

  test('shows the life of a placement as its table has it', () => {
    expect(drawn('placement')).toEqual([
      '[*] --> due',
      '[*] --> returned',
      '[*] --> refused',
      ...arrows(placementLife),
    ]);
  });

  test('shows the life of a suspension as its table has it', () => {
    expect(drawn('suspension')).toEqual(['[*] --> held', ...arrows(suspensionLife)]);
  });
});
