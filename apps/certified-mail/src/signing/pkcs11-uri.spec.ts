import { describe, expect, test } from '@jest/globals';
import { parseTokenKey } from './pkcs11-uri.ts';

const module = 'module-path=/usr/lib/softhsm/libsofthsm2.so';

describe('a PKCS #11 URI', () => {
  test('names token, key and module, in bytes where it has to', () => {
    expect(parseTokenKey(`pkcs11:token=Gestore%20Uno;object=firma;id=%01%fF?${module}`)).toEqual({
      module: '/usr/lib/softhsm/libsofthsm2.so',
      token: 'Gestore Uno',
      serial: null,
      object: 'firma',
      id: Buffer.from([0x01, 0xff]),
    });
  });

  test('may leave the token out, where there is one alone', () => {
    expect(parseTokenKey(`pkcs11:object=firma;type=private?${module}\n`)).toMatchObject({ token: null, id: null });
  });

  test.each([
    ['is another URI', 'https://token.example', 'it is none'],
    ['names no key', `pkcs11:token=a?${module}`, 'neither object nor id'],
    ['names no module', 'pkcs11:object=a', 'module-path'],
    ['names a module of who knows where', 'pkcs11:object=a?module-path=libx.so', 'module-path'],
    ['carries a PIN', `pkcs11:object=a?${module}&pin-value=1234`, 'PIN'],
    ['names a public key', `pkcs11:object=a;type=public?${module}`, 'private key'],
    ['says more than is understood', `pkcs11:object=a;slot-id=3?${module}`, 'slot-id'],
    ['says something twice', `pkcs11:object=a;object=b?${module}`, 'twice'],
    ['is broken', `pkcs11:object=a%2?${module}`, 'percent'],
  ])('that %s is refused', (_, uri, words) => {
    expect(() => parseTokenKey(uri)).toThrow(words);
    expect(() => parseTokenKey(uri)).toThrow(RangeError);
  });
});
