import { describe, expect, test } from '@jest/globals';
import { judgePassword, judgePin } from './password-policy.ts';

const nicolo = {
  codiceFiscale: 'DNGNCL99M09F839Z',
  cognome: 'D’Angelo',
  nome: 'Nicolò',
  dataNascita: '1999-08-09',
  addresses: ['nicolo.dangelo@postacertificata.gov.it'],
};
const firstAccess = 'K7QWPM2RTX9A';

// @rule PASSWORD-POLICY
describe('the password that a holder chooses', () => {
  test.each([
    ['sette77', 'password/too-short'],
    ['x'.repeat(129), 'password/too-long'],
    ['k7qw-pm2r-tx9a', 'password/first-access'],
    ['aaaaaaaaaa', 'password/monotonous'],
    ['23456789', 'password/monotonous'],
    ['hgfedcba', 'password/monotonous'],
    ['viva-nicolo-viva', 'password/personal'],
    ['NICOLÒ-evviva', 'password/personal'],
    ['dangelo-12345', 'password/personal'],
    ['DNGNCL99M09F839Z', 'password/personal'],
    ['nato-il-09/08/1999', 'password/personal'],
    ['dngncl99m', 'password/personal'],
  ])('%s is refused as %s', (password, code) => {
    expect(judgePassword(password, firstAccess, nicolo)?.refused).toBe(code);
  });

  test.each(['ottocara', 'gelsomino-in-fiore-7', 'пароль-из-букв', 'x7'.repeat(64), '🌊🌊🌊🌊🌊🌊🌊🌄'])(
    '%s is taken',
    (password) => {
      expect(judgePassword(password, firstAccess, nicolo)).toBeNull();
    },
  );

  test('a short name does not forbid the words in which it stands', () => {
    const short = { ...nicolo, codiceFiscale: 'FOXLAX00B29L219T', cognome: 'Fo', nome: 'Al', addresses: [] };
    expect(judgePassword('altofforno-antico', firstAccess, short)).toBeNull();
  });

  test('every refusal speaks two languages', () => {
    for (const password of ['x', 'x'.repeat(129), firstAccess, 'aaaaaaaa', 'nicolo1999']) {
      const refusal = judgePassword(password, firstAccess, nicolo);
      expect(refusal?.words.it).not.toBe(refusal?.words.en);
    }
  });
});

// @rule INPS-PIN-FORM
describe('the personal PIN', () => {
  test.each([
    ['1234567', 'pin/malformed'],
    ['123456789', 'pin/malformed'],
    ['1234 678', 'pin/malformed'],
    ['àèìòùabc', 'pin/malformed'],
    ['12345678', 'pin/predictable'],
    ['00000000', 'pin/predictable'],
    ['19990809', 'pin/predictable'],
    ['09081999', 'pin/predictable'],
    ['DNGNCL99', 'pin/predictable'],
    ['99m09f83', 'pin/predictable'],
    ['WPM2RTX9', 'pin/predictable'],
  ])('%s is refused as %s', (pin, code) => {
    expect(judgePin(pin, `${firstAccess}BCDE`, nicolo)?.refused).toBe(code);
  });

  test.each(['77409318', 'giallo42'])('%s is taken', (pin) => {
    expect(judgePin(pin, `${firstAccess}BCDE`, nicolo)).toBeNull();
  });
});
