import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { headersWrittenPast, headerWriter } from './header-lines.ts';

const root = mkdtempSync(join(tmpdir(), 'headers-'));

function faultsIn(code: string, path = 'libs/rfc6109/src/new-notice.ts'): string[] {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), code);
  return headersWrittenPast(root, [path]);
}

describe('header fields are written in one file', () => {
  test.each([
    ['a field from a value', 'const head = `Subject: ${subject}\\r\\n`;'],
    ['a field in a list of lines', "const lines = ['Content-Type: text/plain', ''];"],
    ['a field after another', 'return `${head}\\r\\nX-Ricevuta: ${tipo}`;'],
    ['a field whose value follows', "out.push('Received:' + trace);"],
    ['the brand on another text', 'return text as HeaderText;'],
  ])('%s elsewhere is a fault', (_, code) => {
    expect(faultsIn(`// a comment\n  ${code}`)).toEqual([`libs/rfc6109/src/new-notice.ts:2: ${code}`]);
  });

  test.each([
    ['a field by the function that checks its value', "headerField('Subject', subject)"],
    ['words that only look like one', "throw new Error('Total: none')"],
    ['a comment', '// X-Ricevuta: accettazione'],
    ['the type of a header', 'readonly header: HeaderText;'],
  ])('%s is none', (_, code) => {
    expect(faultsIn(code)).toEqual([]);
  });

  test('in that file they are', () => {
    expect(faultsIn('return `${name}: ${value}` as HeaderText;', headerWriter)).toEqual([]);
  });
});
