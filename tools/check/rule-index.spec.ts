import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { rotInRuleIndex } from './rule-index.ts';

const root = mkdtempSync(join(tmpdir(), 'rules-'));
writeFileSync(join(root, 'window.ts'), `return refuse('enrolment/window-ended', 'MOVE-WINDOW', words);`);
writeFileSync(join(root, 'window.spec.ts'), '');
const line = (id: string, file = 'window.ts', specFile = 'window.spec.ts') =>
  `| \`${id}\` | Confirmations end at the bound. | programme | \`${file}\` | \`${specFile}\` |`;

describe('the map of the rules', () => {
  test('is sound when each rule stands in its file and its test exists', () => {
    expect(rotInRuleIndex(root, line('MOVE-WINDOW'), ['window.ts'])).toEqual([]);
  });

  test('rots when the file no longer names the rule', () => {
    expect(rotInRuleIndex(root, `${line('MOVE-WINDOW')}\n${line('MOVE-SWITCH')}`, ['window.ts'])).toEqual([
      'MOVE-SWITCH: window.ts does not name it',
    ]);
  });

  test('rots when the file or the test is gone', () => {
    expect(rotInRuleIndex(root, line('MOVE-WINDOW', 'gone.ts', 'gone.spec.ts'), ['window.ts'])).toEqual([
      'MOVE-WINDOW: gone.ts does not exist',
      'MOVE-WINDOW: its test gone.spec.ts does not exist',
    ]);
  });

  test('rots when the code applies a rule that is not listed, or one is listed twice', () => {
    expect(rotInRuleIndex(root, '', ['window.ts'])).toEqual([
      'MOVE-WINDOW is applied in window.ts and missing from docs/RULES.md',
    ]);
    expect(rotInRuleIndex(root, `${line('MOVE-WINDOW')}\n${line('MOVE-WINDOW')}`, [])).toEqual([
      'MOVE-WINDOW is listed twice',
    ]);
  });
});
