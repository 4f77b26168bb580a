import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { reasonLine } from './reason-line.ts';
import { refuse } from './refusal.ts';

// @rule GATE-REASON
describe('the line that a mail client shows', () => {
  test('keeps the Italian readable in ASCII and names the rule', () => {
    const refusal = refuse('mailbox/closed-by-calendar', 'INPS-END-OPEN', {
      it: 'Il servizio dell’INPS è terminato: «più» nulla\r\nda “aprire”.',
      en: 'It is over.',
    });
    expect(reasonLine(refusal)).toBe("Il servizio dell'INPS e' terminato: piu' nulla da aprire. (INPS-END-OPEN)");
  });

  test('is one printable ASCII line without quotes or backslashes, whatever the words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (it) => {
        expect(reasonLine(refuse('a/b', 'A-B', { it, en: '' }))).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/);
      }),
    );
  });
});
