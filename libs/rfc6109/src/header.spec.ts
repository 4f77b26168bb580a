import { describe, expect, test } from '@jest/globals';
import { addressesIn, fieldValue, readHeader } from './header-fields.ts';
import type { Header } from './header-fields.ts';

function header(text: string): Header {
  const read = readHeader(Buffer.from(text, 'latin1'));
  if (!read) throw new Error('the header was not read');
  return read;
}

describe('reading a header', () => {
  test('takes folded lines together and names without regard to case', () => {
    const read = header('SUBJECT: Istanza\r\n di residenza\r\nTo: a@d.example\r\n\r\nbody');
    expect(fieldValue(read, 'subject')).toBe('Istanza di residenza');
    expect(read.bodyAt).toBe('SUBJECT: Istanza\r\n di residenza\r\nTo: a@d.example\r\n\r\n'.length);
  });

  test('tells when a line is no field, for readers would disagree about what follows', () => {
    expect(header('From: a@d.example\r\nnot a field\r\n\r\n').wellFormed).toBe(false);
    expect(header(' begins folded\r\n\r\n').wellFormed).toBe(false);
    expect(header('From: a@d.example\r\n\r\n').wellFormed).toBe(true);
  });

  test('stops at a quarter of a mebibyte', () => {
    expect(readHeader(Buffer.from(`X: ${'a'.repeat(300 * 1024)}\r\n\r\n`))).toBeNull();
    expect(readHeader(Buffer.from(`X: 1\r\n`.repeat(60_000)))).toBeNull();
  });

  test('finds addresses in names, groups and folded lists, in lower case', () => {
    const read = header(
      'To: "Rossi, Mario" <Mario.ROSSI@D.example>,\r\n gruppo: a@d.example, b@d.example;\r\nTo: c@d.example\r\n\r\n',
    );
    expect(addressesIn(read, 'to')).toEqual({
      addresses: ['mario.rossi@d.example', 'a@d.example', 'b@d.example', 'c@d.example'],
      written: ['Mario.ROSSI@d.example', 'a@d.example', 'b@d.example', 'c@d.example'],
      malformed: false,
    });
  });

  // @rule ADDRESS-LIST
  test('finds no address inside an encoded word, where other programs see none', () => {
    expect(addressesIn(header('To: =?utf-8?Q?=3Cx@d.example=3E?= <a@d.example>\r\n\r\n'), 'to')).toEqual({
      addresses: ['a@d.example'],
      written: ['a@d.example'],
      malformed: false,
    });
    for (const hidden of ['=?utf-8?Q?=3Cx@d.example=3E?=', '=?utf-8?Q?x?=@d.example', '=?utf-8?Q?x@d.example?='])
      expect(addressesIn(header(`To: ${hidden}\r\n\r\n`), 'to')).toEqual({
        addresses: [],
        written: [],
        malformed: true,
      });
  });

  // @rule ADDRESS-LIST
  test.each([
    ['a group that is named by an address', 'a@d.example, b@d.example:'],
    ['groups inside each other', 'uno: due: a@d.example;;'],
    ['a group that begins before another ends', 'uno: a@d.example, due: b@d.example;'],
    ['a comment inside a word', 'mario(di)a@d.example'],
    ['an address that goes on behind another @', 'a@d.example@'],
    ['a name without quotation marks that is another address', 'b@d.example <a@d.example>'],
    ['an encoded word that ends a quoted string', '"=?u?Q?"?=, b@d.example, =?u?Q?"?=" <a@d.example>'],
    ['an encoded word that ends a comment', '(=?u?Q?)?=, b@d.example, =?u?Q?(?=) <a@d.example>'],
    ['an encoded word of several entries', '=?u?Q?x,b@d.example,?= <a@d.example>'],
    ['an encoded word that holds angle brackets', '=?u?Q?<b@d.example>?= <a@d.example>'],
    ['brackets in a name without quotation marks', '"x, <b@d.example>" [1] <a@d.example>'],
    ['a backslash outside quotation marks', 'a\\, b@d.example'],
    ['an empty address', 'Mario <>, a@d.example'],
  ])('finds that readers disagree about %s', (_, list) => {
    expect(addressesIn(header(`To: ${list}\r\n\r\n`), 'to').malformed).toBe(true);
  });

  test.each([
    ['"mario.rossi"@d.example', 'mario.rossi@d.example'],
    ['a@d.example <a@d.example>', 'a@d.example'],
    ["'A@d.example' <a@d.example>", 'a@d.example'],
    ['Ufficio [PEC] <a@d.example>', 'a@d.example'],
    ['=?utf-8?Q?Rossi,_Mario?= <a@d.example>', 'a@d.example'],
    ['=?utf-8?Q?a@d.example?= <a@d.example>', 'a@d.example'],
    ['"a \\" <b@d.example>" <a@d.example> (c \\) d@d.example)', 'a@d.example'],
    ['(` (b@d.example) <c@d.example>) a@d.example', 'a@d.example'],
    ['Nessuno:;, a@d.example', 'a@d.example'],
    ['Uffici: a@d.example', 'a@d.example'],
  ])('reads %s', (list, address) => {
    expect(addressesIn(header(`To: ${list}\r\n\r\n`), 'to')).toEqual({
      addresses: [address],
      written: [address],
      malformed: false,
    });
  });

  test.each([':', 'a:', '"":', '"a"@', 'g:;', '()', '::;', 'a@d.example,'])(
    'reads a quarter of a mebibyte of %s in a moment',
    (repeated) => {
      const read = header(`To: ${repeated.repeat(Math.floor(250_000 / repeated.length))}\r\n\r\n`);
      const { user, system } = process.cpuUsage();
      addressesIn(read, 'to');
      const used = process.cpuUsage({ user, system });
      expect((used.user + used.system) / 1_000).toBeLessThan(250);
    },
  );

  // @rule ADDRESS-LIST
  test('tells when an entry is no address that mail can go to', () => {
    expect(addressesIn(header('To: a@d.example, ufficio protocollo\r\n\r\n'), 'to')).toEqual({
      addresses: ['a@d.example'],
      written: ['a@d.example'],
      malformed: true,
    });
  });
});
