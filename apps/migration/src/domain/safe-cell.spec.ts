import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { safeCell, textOfCell } from './safe-cell.ts';

// @rule CSV-SAFE-CELL
test.each([
  ['=HYPERLINK("x")', `'=HYPERLINK("x")`],
  ['+39 300', `'+39 300`],
  ['-1', `'-1`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['\t=1', `'\t'=1`],
  ['＝1+1', `'＝1+1`],
  ['Via Roma 1;=1+1', `Via Roma 1;'=1+1`],
  ['Via Roma 1\t@x', `Via Roma 1\t'@x`],
  ['Via Roma 1,-2', `Via Roma 1,'-2`],
  ['Via Roma 1; "=1+1"', `Via Roma 1;' "=1+1"`],
  ['Via Roma 1\n+1', `Via Roma 1\n'+1`],
  [`'=1`, `''=1`],
  ['Rossi', 'Rossi'],
  ['a=b; c', 'a=b; c'],
  ["D'Angelo", "D'Angelo"],
  ['', ''],
])('the cell %j is written as %j, and read back', (text, written) => {
  expect(safeCell(text)).toBe(written);
  expect(textOfCell(written)).toBe(text);
});

// @rule CSV-SAFE-CELL
test('whatever a cell says, no reader of it finds a formula, and our own reader finds what it said', () => {
  const piece = fc.constantFrom('=', '+', '-', '@', "'", '"', ';', ',', '\t', '\r', '\n', ' ', 'a', '1', '＝');
  fc.assert(
    fc.property(fc.string({ unit: piece, maxLength: 12 }), (text) => {
      const written = safeCell(text);
      for (const cell of written.split(/[,;\t\r\n]/)) expect(cell).not.toMatch(/^["\s]*[=+\-@＝＋－＠]/);
      expect(textOfCell(written)).toBe(text);
    }),
  );
});
