import { PasswordChecksStandIn } from '@recapito/testing';
import type { AskedPassword } from '@recapito/testing';

/** Identity's door for passwords, with answers that a spec chooses by the secret. */
export class IdentityStandIn extends PasswordChecksStandIn {
  constructor() {
    super(answerTo);
  }
}

function answerTo(asked: AskedPassword): object | null {
  switch (asked.secret) {
    case 'silence':
      return null;
    case 'right':
      return { outcome: 'accepted', holder: 'holder' in asked ? asked.holder : crypto.randomUUID() };
    case 'first pin':
      return {
        outcome: 'refused',
        refused: 'pin/first-change-due',
        rule: 'PIN-FIRST-CHANGE',
        words: { it: 'Il primo PIN va cambiato prima di aprire la casella.', en: 'Change the first PIN first.' },
      };
    case 'too often':
      return {
        outcome: 'blocked',
        until: Date.parse('2010-08-03T09:30:00Z'),
        rule: 'ACCESS-LOCK',
        words: { it: 'bloccato', en: 'blocked' },
      };
    case 'crowded':
      return { outcome: 'temporary', words: { it: 'riprovare', en: 'try again' } };
    default:
      return {
        outcome: 'refused',
        refused: 'access/denied',
        rule: 'ACCESS-SAME-WORDS',
        words: { it: 'no', en: 'wrong' },
      };
  }
}
