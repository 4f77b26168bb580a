import { describe, expect, test } from '@jest/globals';
import { refusedFor } from './rejected-recipient.ts';

describe('what another server says when it refuses', () => {
  test.each([
    ['a NUL byte and an escape', '550 no\0\x1b[31m rosso', '550 no [31m rosso'],
    ['several lines', '550-5.7.1 non qui\r\n550 5.7.1 nemmeno dopo\r\n', '550-5.7.1 non qui 550 5.7.1 nemmeno dopo'],
    ['half a character at its end', `${'x'.repeat(499)}\u{1f4a9}`, `${'x'.repeat(499)}\ufffd`],
    ['no end', 'y'.repeat(100_000), 'y'.repeat(500)],
  ])('with %s becomes one line that a notice can hold', (_, words, line) => {
    expect(refusedFor(words).reason).toBe(line);
  });
});
