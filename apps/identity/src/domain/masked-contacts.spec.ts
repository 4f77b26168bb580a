import { expect, test } from '@jest/globals';
import { maskedContacts } from './masked-contacts.ts';

// @rule CONTACT-MASKED
test('an operator sees the end of a number, the domain of an address and where a letter goes', () => {
  const contacts = {
    emailOrdinaria: 'anna.bianchi@posta.example',
    cellulare: '+393330000001',
    indirizzo: 'Via delle Prove 1, 00100 Roma',
  };
  expect(maskedContacts(contacts)).toEqual({
    emailOrdinaria: 'a•••@posta.example',
    cellulare: '•••001',
    indirizzo: '•••, 00100 Roma',
  });
});

test('a place without a comma is hidden whole, and what is not known stays so', () => {
  const contacts = { emailOrdinaria: null, cellulare: null, indirizzo: 'Contrada Sole' };
  expect(maskedContacts(contacts)).toEqual({ emailOrdinaria: null, cellulare: null, indirizzo: '•••' });
});
