import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { addressesIn, decodedText, fieldValue, readHeader } from './header-fields.ts';
import type { Header } from './header-fields.ts';
import { headerField, textField } from './header-writing.ts';

function header(text: string): Header {
  const read = readHeader(Buffer.from(text, 'latin1'));
  if (!read) throw new Error('the header was not read');
  return read;
}

describe('a subject behind its prefix', () => {
  test('in ASCII stays readable', () => {
    expect(textField('Subject', 'CONSEGNA: ', 'Istanza')).toBe('Subject: CONSEGNA: Istanza\r\n');
  });

  test('beyond ASCII goes into encoded words', () => {
    expect(textField('Subject', 'CONSEGNA: ', 'Città – sì')).toBe(
      'Subject: CONSEGNA: =?UTF-8?Q?Citt=C3=A0_=E2=80=93_s=C3=AC?=\r\n',
    );
  });

  test('that looks like an encoded word is encoded, so that it stays what the sender wrote', () => {
    const field = textField('Subject', '', '=?UTF-8?Q?finto?=');
    expect(field).not.toContain('=?UTF-8?Q?finto?=');
    expect(decodedText(fieldValue(header(field), 'subject') ?? '')).toBe('=?UTF-8?Q?finto?=');
  });

  test('that is missing leaves the prefix alone', () => {
    expect(textField('Subject', 'CONSEGNA: ', '')).toBe('Subject: CONSEGNA:\r\n');
  });

  test('of any characters comes back letter by letter, in lines that every server carries', () => {
    const subject = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }).map((text) =>
      text
        .toWellFormed()
        .replace(/\p{Cc}/gu, '')
        .trim(),
    );
    fc.assert(
      fc.property(subject, (text) => {
        const field = textField('Subject', 'POSTA CERTIFICATA: ', text);
        expect(Math.max(...field.split('\r\n').map((line) => line.length))).toBeLessThan(300);
        expect(/^[ -~\r\n]*$/.test(field)).toBe(true);
        expect(decodedText(fieldValue(header(field), 'subject') ?? '')).toBe(`POSTA CERTIFICATA: ${text}`.trim());
      }),
    );
  });
});

describe('a long field', () => {
  test('is folded before a space, never straight after its name', () => {
    const value = `<${'a'.repeat(80)}@d.example> ${'b'.repeat(20)}`;
    expect(headerField('X-Riferimento-Message-ID', value)).toBe(
      `X-Riferimento-Message-ID: <${'a'.repeat(80)}@d.example>\r\n ${'b'.repeat(20)}\r\n`,
    );
  });
});

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
      malformed: false,
    });
  });

  test('tells when an entry is no address that mail can go to', () => {
    expect(addressesIn(header('To: a@d.example, ufficio protocollo\r\n\r\n'), 'to')).toEqual({
      addresses: ['a@d.example'],
      malformed: true,
    });
  });
});
