import { expect, test } from '@jest/globals';
import { csvOf } from './csv.ts';

// @rule CONSOLE-CSV
test('a list is saved with a column for each field, lists with blanks, instants in RFC 3339', () => {
  const items = [
    { at: Date.parse('2010-08-02T07:00:00Z'), recipients: ['a@b.example', 'c@d.example'], subject: null, tries: 2 },
    { at: 0, recipients: [], subject: 'due\nrighe, con "virgolette"', more: { a: 1 } },
  ];
  expect(csvOf(items)).toBe(
    '\uFEFFat,recipients,subject,tries,more\r\n' +
      '2010-08-02T07:00:00.000Z,a@b.example c@d.example,,2,\r\n' +
      '1970-01-01T00:00:00.000Z,,"due\nrighe, con ""virgolette""",,"{""a"":1}"\r\n',
  );
});

test.each([
  ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
  ['+39 06', "'+39 06"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['-12.5', '-12.5'],
])('a spreadsheet computes nothing of %j', (subject, cell) => {
  expect(csvOf([{ subject }])).toBe(`\uFEFFsubject\r\n${cell}\r\n`);
});
