import { describe, expect, test } from '@jest/globals';
import { refuse } from '@recapito/primitives';
import { refusedFor, rejectionOf } from './rejected-recipient.ts';

// @rule PEER-WORDS
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

// @rule NOTICE-IN-WORDS
describe('the status in a notice', () => {
  test.each([
    ['550 5.1.1 no such user here', 'no-dest', '5.1.1'],
    ['550-5.2.1 mailbox disabled\r\n550 5.2.1 for good', 'altro', '5.2.1'],
    ['554 5.6.0 illeggibile', 'altro', '5.6.0'],
    ['550 no', 'altro', '5.7.1'],
    ['550 5.1.1x', 'altro', '5.7.1'],
    ['restituito dal gestore del mittente', 'altro', '5.7.1'],
  ])('of %j is that of the reply where it says one', (reply, errore, status) => {
    expect(refusedFor(reply)).toMatchObject({ errore, status });
  });
});

describe('a refusal of an incoming point of ours', () => {
  const words = {
    it: 'Il messaggio non porta la firma di un gestore.',
    en: 'The message bears no provider’s signature.',
  };

  // @rule NOTICE-IN-WORDS
  test('is told in Italian words, without its code', () => {
    expect(rejectionOf(refuse('signature/absent', 'INCOMING-SIGNED', words))).toEqual({
      errore: 'altro',
      status: '5.7.1',
      reason: 'Il messaggio non porta la firma di un gestore.',
    });
    expect(rejectionOf(refuse('incoming/malformed', 'INCOMING-FORM', words)).status).toBe('5.6.0');
  });
});
