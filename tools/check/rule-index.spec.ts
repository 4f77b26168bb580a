import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { rotInRuleIndex } from './rule-index.ts';

const root = mkdtempSync(join(tmpdir(), 'rules-'));
/** Written apart, so that nobody takes the files of this spec for tags of its own. */
const tag = '// @rule';
const write = (file: string, text: string) => writeFileSync(join(root, file), text);
write('window.ts', `return refuse('enrolment/window-ended', 'MOVE-WINDOW', words);`);
write('window.spec.ts', `${tag} MOVE-WINDOW MOVE-LATE\ntest('ends at the bound', () => {});\n`);
write('switch.ts', `/** Switches once. ${tag} MOVE-SWITCH-ONCE */`);

const sources = ['window.ts'];
const line = (id: string, file = 'window.ts', specFile = 'window.spec.ts') =>
  `| \`${id}\` | Confirmations end at the bound. | programme | \`${file}\` | \`${specFile}\` |`;
const rot = (lines: readonly string[], modules: readonly string[] = []) =>
  rotInRuleIndex(root, lines.join('\n'), { sources, modules });

describe('the map of the rules', () => {
  test('is sound when each rule stands in its file and a tag of it above its test', () => {
    expect(rot([line('MOVE-WINDOW')])).toEqual([]);
  });

  test('is sound when a tag in a comment of its file names the rule', () => {
    const once = line('MOVE-SWITCH-ONCE', 'switch.ts', 'once.spec.ts');
    write(
      'once.spec.ts',
      `describe('a switch', () => {\n  ${tag} MOVE-SWITCH-ONCE\n  test('is made once', () => {});\n});\n`,
    );
    expect(rot([line('MOVE-WINDOW'), once], ['switch.ts', 'once.spec.ts'])).toEqual([]);
  });

  test('rots when the file no longer names the rule, also where it names one that begins alike', () => {
    write('beside.spec.ts', `${tag} MOVE-SWITCH\ntest('is made', () => {});\n`);
    expect(rot([line('MOVE-WINDOW'), line('MOVE-SWITCH', 'switch.ts', 'beside.spec.ts')])).toEqual([
      'MOVE-SWITCH: switch.ts does not name it',
    ]);
  });

  test('rots when the file speaks of the rule and neither a tag nor a refusal names it', () => {
    write('spoken.ts', '// MOVE-WINDOW: nobody moves after the bound.');
    expect(rot([line('MOVE-WINDOW', 'spoken.ts')])).toEqual(['MOVE-WINDOW: spoken.ts does not name it']);
  });

  test('rots when the file or the test is gone', () => {
    expect(rot([line('MOVE-WINDOW', 'gone.ts', 'gone.spec.ts')])).toEqual([
      'MOVE-WINDOW: gone.ts does not exist',
      'MOVE-WINDOW: its test gone.spec.ts does not exist',
    ]);
  });

  test('rots when the test has no tag of the rule, though it speaks of it', () => {
    write('untagged.spec.ts', `test('ends', () => expect(refusal.rule).toBe('MOVE-WINDOW'));\n`);
    expect(rot([line('MOVE-WINDOW', 'window.ts', 'untagged.spec.ts')])).toEqual([
      'MOVE-WINDOW: its test untagged.spec.ts has no tag of it above the test that shows it',
    ]);
  });

  test('rots when the code applies a rule that is not listed, or one is listed twice', () => {
    expect(rot([])).toEqual(['MOVE-WINDOW is applied in window.ts and missing from docs/RULES.md']);
    expect(rot([line('MOVE-WINDOW'), line('MOVE-WINDOW')])).toEqual(['MOVE-WINDOW is listed twice']);
  });

  test('rots when a tag names a rule that is not listed, in a source or in a spec', () => {
    expect(rot([line('MOVE-WINDOW')], ['switch.ts', 'window.spec.ts'])).toEqual([
      'MOVE-SWITCH-ONCE is named by a tag in switch.ts and missing from docs/RULES.md',
      'MOVE-LATE is named by a tag in window.spec.ts and missing from docs/RULES.md',
    ]);
  });

  test('rots when a tag of a spec stands above no test', () => {
    write('stray.spec.ts', `${tag} MOVE-WINDOW\n${tag} MOVE-WINDOW\nconst bound = 1;\n`);
    expect(rot([line('MOVE-WINDOW')], ['stray.spec.ts'])).toEqual(['stray.spec.ts:2: a tag stands above no test']);
  });
});
