import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  certifiedAddress,
  domainOf,
  localPartOf,
  parseCertifiedAddress,
  parseWrittenAddress,
} from './certified-address.ts';
import { isRefusal } from './refusal.ts';

describe('a certified address', () => {
  // @rule ADDRESS-FORM
  test('is compared without regard to case', () => {
    expect(parseCertifiedAddress('MNIS00100X@pec.istruzione.it')).toBe(
      parseCertifiedAddress('mnis00100x@PEC.Istruzione.IT'),
    );
  });

  test('has a local part and a domain', () => {
    const address = certifiedAddress('RSSMRA80A01H501U@inpspec.gov.it');
    expect(localPartOf(address)).toBe('rssmra80a01h501u');
    expect(domainOf(address)).toBe('inpspec.gov.it');
  });

  test.each([
    'mario.rossi@postacertificata.gov.it',
    'mario.rossi2@postacertificata.gov.it',
    'ordine.mantova@ingpec.eu',
    'a@b.it',
    'protocollo+2010@pec.comune-di-prova.it',
  ])('%s is one', (address) => {
    expect(parseCertifiedAddress(address)).toBe(address);
  });

  // @rule ADDRESS-FORM
  test.each([
    ['mario.rossi', 'no @'],
    ['@postacertificata.gov.it', 'nothing before the @'],
    ['mario.rossi@', 'nothing after the @'],
    ['mario@rossi@postacertificata.gov.it', 'two @'],
    ['mario..rossi@postacertificata.gov.it', 'two dots running'],
    ['.mario@postacertificata.gov.it', 'a dot in front'],
    ['mario rossi@postacertificata.gov.it', 'a blank inside'],
    ['"mario rossi"@postacertificata.gov.it', 'a quoted local part'],
    ['mario@localhost', 'a domain of one label'],
    ['mario@-pec.it', 'a label that begins with a hyphen'],
    ['mario@pec..it', 'an empty label'],
    ['mario@[127.0.0.1]', 'an address literal'],
    ['mario@xn--a.it', 'an A-label that stands for nothing'],
    ['mario@xn--pec-.it', 'an A-label for plain ASCII'],
    ['mario@pec.xn--it', 'an A-label that stands for nothing at the end'],
    ['mario@cit%74à.it', 'a percent sign in a label beyond ASCII'],
    ['mario@città/x.it', 'a slash in a label beyond ASCII'],
    ['mario@citt\u00ad.it', 'an invisible letter'],
    ['mario@\uff50\uff45\uff43.it', 'full-width letters'],
    ['nicolò@pec.it', 'a letter outside ASCII'],
    ['mario@pec.it\r\nBcc: altro@pec.it', 'a line break'],
    ['\u212a@pec.it', 'the Kelvin sign, which lower case would turn into a k'],
    [`${'a'.repeat(65)}@pec.it`, '65 octets before the @'],
    [`a@${'b'.repeat(64)}.it`, 'a label of 64 octets'],
    [`a@${'bcdefghi.'.repeat(28)}it`, '256 octets in all'],
  ])('%j is refused: %s', (text) => {
    expect(parseCertifiedAddress(text)).toMatchObject({ refused: 'address/malformed', rule: 'ADDRESS-FORM' });
  });

  // @rule ADDRESS-A-LABELS
  test.each([
    ['info@città.example', 'info@xn--citt-3na.example'],
    ['info@CITTÀ.Example', 'info@xn--citt-3na.example'],
    ['info@citta\u0300.example', 'info@xn--citt-3na.example'],
    ['info@XN--CITT-3NA.example', 'info@xn--citt-3na.example'],
    ['info@pec.münchen.example', 'info@pec.xn--mnchen-3ya.example'],
  ])('%s is %s', (text, expected) => {
    expect(parseCertifiedAddress(text)).toBe(expected);
  });

  test('keeps the local part as it was written for servers to which case matters', () => {
    expect(parseWrittenAddress(' Mario.Rossi@Posta.Example ')).toEqual({
      address: 'mario.rossi@posta.example',
      exact: 'Mario.Rossi@posta.example',
    });
  });

  test('64 octets before the @ are allowed', () => {
    expect(isRefusal(parseCertifiedAddress(`${'a'.repeat(64)}@pec.it`))).toBe(false);
  });

  test('reading one again changes nothing', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (text) => {
        const address = parseCertifiedAddress(text);
        fc.pre(!isRefusal(address));
        expect(parseCertifiedAddress(address)).toBe(address);
        expect(parseCertifiedAddress(` ${text.toUpperCase()} `)).toBe(address);
        expect(`${localPartOf(address)}@${domainOf(address)}`).toBe(address);
      }),
    );
  });

  test('in data of the house a malformed one is a fault', () => {
    expect(() => certifiedAddress('mario.rossi')).toThrow(RangeError);
  });
});
