import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { recipientTable } from '../src/domain/recipient.ts';
import { submissionTable } from '../src/domain/submission.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The arrows of one machine of the drawing. */
function drawn(machine: string): string[] {
  const [, inside = ''] = new RegExp(`state ${machine} \\{\n([^}]*)\n  \\}`).exec(readme) ?? [];
  return inside.split('\n').map((line) => line.trim());
}

/** One arrow for each pair of states, with the commands that lead along it; Mermaid's names have no hyphens. */
function arrows(table: Readonly<Record<string, Readonly<Record<string, string | null>>>>): string[] {
  return Object.entries(table).flatMap(([from, row]) => {
    const led = Object.entries(row).filter((entry): entry is [string, string] => entry[1] !== null);
    return Array.from(
      Map.groupBy(led, ([, to]) => to),
      ([to, commands]) =>
        `${from.replaceAll('-', '_')} --> ${to.replaceAll('-', '_')}: ${commands.map(([name]) => name).join(', ')}`,
    );
  });
}

describe('the drawing in the README', () => {
  test('shows the life of a submission as its table has it', () => {
    expect(drawn('submission')).toEqual(['[*] --> accepted', '[*] --> refused', ...arrows(submissionTable)]);
  });

  test('shows the life of a recipient as its table has it', () => {
    expect(drawn('recipient')).toEqual(['[*] --> dispatched', ...arrows(recipientTable)]);
  });
});
