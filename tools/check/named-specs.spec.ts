import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { rotInEvidence } from './named-specs.ts';

const root = mkdtempSync(join(tmpdir(), 'evidence-'));
mkdirSync(join(root, 'test'));
writeFileSync(join(root, 'test/door.spec.ts'), '');
const rules = '| `DOOR-SHUT` | A door is shut. | house rule | `door.ts` | `test/door.spec.ts` |';

function faultsIn(...rows: string[]): string[] {
  const text = ['| what | rule | spec |', '|---|---|---|', ...rows].join('\n');
  return rotInEvidence(root, { path: 'docs/SECURITY.md', text }, rules);
}

describe('a page of evidence', () => {
  test('is sound when its specs exist and its rules are listed', () => {
    expect(faultsIn('| shut | `DOOR-SHUT` | `test/door.spec.ts` |')).toEqual([]);
  });

  test('rots when a spec is gone', () => {
    expect(faultsIn('| shut | `DOOR-SHUT` | `test/gone.spec.ts` |')).toEqual([
      'docs/SECURITY.md: test/gone.spec.ts does not exist',
    ]);
  });

  test('rots when a rule is not listed', () => {
    expect(faultsIn('| open | `DOOR-OPEN` | `test/door.spec.ts` |')).toEqual([
      'docs/SECURITY.md: the rule DOOR-OPEN is not in docs/RULES.md',
    ]);
  });

  test('rots when a row promises a spec and names none', () => {
    expect(faultsIn('| shut | `DOOR-SHUT` | everywhere |')).toEqual([
      'docs/SECURITY.md: no spec is named by: | shut | `DOOR-SHUT` | everywhere |',
    ]);
  });

  test('may have tables that promise none', () => {
    const text = '| limit | why |\n|---|---|\n| none | never |';
    expect(rotInEvidence(root, { path: 'docs/SECURITY.md', text }, rules)).toEqual([]);
  });
});
