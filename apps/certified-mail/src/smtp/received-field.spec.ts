import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import * as fc from 'fast-check';
import { receivedField, receptionOf } from './received-field.ts';
import type { Dialog } from './received-field.ts';

const at = parseInstant('2010-08-02T07:00:00Z');
const dialog: Dialog = {
  id: 'ab3kx9',
  secure: true,
  user: { holder: 'anna' },
  remoteAddress: '192.0.2.7',
  hostNameAppearsAs: 'Cliente.example',
  openingCommand: 'EHLO',
};
const received = (more: Partial<Dialog>, showAddress = false) =>
  receivedField(receptionOf({ ...dialog, ...more }, { by: 'mx.gestore.example', at, showAddress })).replaceAll(
    '\r\n ',
    ' ',
  );

// @rule RECEIVED-FIELD
describe('the Received field', () => {
  test('of the access point names client, server, protocol, id and time, and not the address of the client', () => {
    expect(received({})).toBe(
      'Received: from cliente.example by mx.gestore.example with ESMTPSA id ab3kx9; Mon, 2 Aug 2010 09:00:00 +0200\r\n',
    );
  });

  test('of the incoming point names the address too', () => {
    expect(received({ user: undefined }, true)).toBe(
      'Received: from cliente.example ([192.0.2.7]) by mx.gestore.example with ESMTPS id ab3kx9; Mon, 2 Aug 2010 09:00:00 +0200\r\n',
    );
  });

  test.each([
    [{ openingCommand: 'HELO', user: undefined, secure: false }, 'SMTP'],
    [{ user: undefined, secure: false }, 'ESMTP'],
    [{ user: false, secure: true }, 'ESMTPS'],
    [{}, 'ESMTPSA'],
  ] as const)('of a session %j says with %s', (session, protocol) => {
    expect(received(session)).toContain(` with ${protocol} id `);
  });

  test.each([
    ['[192.0.2.1]', '[192.0.2.1]'],
    ['[IPv6:2001:DB8::1]', '[IPv6:2001:db8::1]'],
    ['[300.1.1.1]', 'unknown'],
    ['localhost', 'localhost'],
    ['a b', 'unknown'],
    ['x;(y)', 'unknown'],
    ['nicolò-pc', 'unknown'],
    ['-x.example', 'unknown'],
    ['pc_di_anna', 'unknown'],
    ['x\r\nBcc: y', 'unknown'],
    ['', 'unknown'],
  ])('of a client that calls itself %j says from %s', (said, shown) => {
    expect(received({ hostNameAppearsAs: said })).toContain(`Received: from ${shown} by `);
  });

  test('shows an IPv4 address that came by an IPv6 socket as IPv4, and an IPv6 address as a literal', () => {
    expect(received({ remoteAddress: '::ffff:192.0.2.9' }, true)).toContain('from cliente.example ([192.0.2.9]) by');
    expect(received({ remoteAddress: '2001:db8::9' }, true)).toContain('from cliente.example ([IPv6:2001:db8::9]) by');
  });

  test('is one field of printable ASCII, whatever a client calls itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (said) => {
        expect(received({ hostNameAppearsAs: said }, true)).toMatch(/^Received: [ -~]+\r\n$/);
      }),
    );
  });
});
