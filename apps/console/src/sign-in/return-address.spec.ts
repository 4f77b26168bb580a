import { describe, expect, test } from '@jest/globals';
import { returnAddress } from './return-address.ts';

// @rule CONSOLE-RETURN
describe('who has signed in goes on', () => {
  test.each([
    '/operatore',
    '/operatore/persone?cerca=rossi#esito',
    '/resoconto',
    '/operatore/persone/D%E2%80%99Angelo',
  ])('to the page %s that was asked for', (page) => expect(returnAddress(page)).toBe(page));

  test.each([
    undefined,
    '',
    'operatore',
    'https://altrove.example/',
    '//altrove.example/',
    '/\\altrove.example/',
    '\\\\altrove.example',
    '/\t/altrove.example/',
    '/\n/altrove.example/',
    '/.//altrove.example/',
    '/operatore/..//altrove.example/',
    'javascript:alert(1)',
    ' /operatore',
    '/auth/sign-in',
    '/api/session',
    '/operatore/../api/session',
  ])('home, when they asked for %j', (address) => expect(returnAddress(address)).toBe('/operatore'));
});
