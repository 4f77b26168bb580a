import { expect, test } from '@jest/globals';
import { safeCell } from './safe-cell.ts';

test.each([
  ['=HYPERLINK("x")', `'=HYPERLINK("x")`],
  ['+39 300', `'+39 300`],
  ['-1', `'-1`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['\t=1', `'\t=1`],
  ['Rossi', 'Rossi'],
  ['a=b', 'a=b'],
  ['', ''],
])('the cell %j is written as %j', (text, written) => {
  expect(safeCell(text)).toBe(written);
});
