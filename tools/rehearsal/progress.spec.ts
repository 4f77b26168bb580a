import { expect, test } from '@jest/globals';
import { instant } from '@recapito/primitives';
import { ProgressLine, shownDay, shownInRome } from './progress.ts';

/** Keeps what is written. */
function screen(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  return { written, isTTY, write };
}

test('on a terminal the line grows in place, and a sentence gets a line of its own', () => {
  const terminal = screen(true);
  const line = new ProgressLine(terminal);
  line.show(0.5, 'a metà');
  line.show(1, 'fatto');
  line.say('Tutto a posto.');
  expect(terminal.written).toEqual([
    `\r\u001b[2K  [${'█'.repeat(14)}${' '.repeat(14)}] a metà`,
    `\r\u001b[2K  [${'█'.repeat(28)}] fatto`,
    '\n',
    'Tutto a posto.\n',
  ]);
});

test('elsewhere each tenth is told once, in plain lines', () => {
  const file = screen(false);
  const line = new ProgressLine(file);
  for (const part of [0, 0.04, 0.1, 0.19, 0.5, 1]) line.show(part, `parte ${part}`);
  expect(file.written).toEqual([
    '    0 %  parte 0\n',
    '   10 %  parte 0.1\n',
    '   50 %  parte 0.5\n',
    '  100 %  parte 1\n',
  ]);
});

test('what lies outside of the whole is shown as nothing or all', () => {
  const file = screen(false);
  const line = new ProgressLine(file);
  line.show(-3, 'prima');
  line.show(7, 'dopo');
  expect(file.written).toEqual(['    0 %  prima\n', '  100 %  dopo\n']);
});

test('an ended line is ended once', () => {
  const terminal = screen(true);
  const line = new ProgressLine(terminal);
  line.show(0.1, 'in corso');
  line.end();
  line.end();
  expect(terminal.written.filter((text) => text === '\n')).toHaveLength(1);
});

test('the clock is shown as a person in Rome reads it, in summer and in winter', () => {
  expect(shownInRome(instant(Date.UTC(2010, 8, 15, 22)))).toBe('16/09/2010 00:00:00');
  expect(shownInRome(instant(Date.UTC(2010, 0, 31, 23, 30)))).toBe('01/02/2010 00:30:00');
});

test('a day is that of Rome, in words', () => {
  const lastMoment = instant(Date.UTC(2010, 8, 15, 21, 59, 59, 999));
  expect([shownDay(lastMoment, 'it'), shownDay(lastMoment, 'en')]).toEqual(['15 settembre 2010', '15 September 2010']);
  expect(shownDay(instant(Date.UTC(2010, 8, 15, 22)), 'it')).toBe('16 settembre 2010');
});
