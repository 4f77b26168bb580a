import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readHeader, textIn } from './header-fields.ts';
import type { Header } from './header-fields.ts';
import {
  headerField,
  headerFieldOf,
  inheritedField,
  joinFields,
  latin1Octets,
  parameterLines,
  textField,
} from './header-writing.ts';

function header(text: string): Header {
  const read = readHeader(Buffer.from(text, 'latin1'));
  if (!read) throw new Error('the header was not read');
  return read;
}

/** Text that wants to be more than one value: line ends, letters whose low byte is one, halves of pairs, no end. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('\r', '\n', '\0', '\u010D', '\u010A', '\uD800', ':', ' ', 'x', '\t'),
    maxLength: 40,
  }),
  fc.string({ unit: fc.constantFrom('x', ' ', '<', '=?', '"', '\\'), minLength: 900, maxLength: 3_000 }),
);

/** The fields as a program sees them that knows CRLF, colon and continuation lines, and nothing of ours. */
function linesOf(text: string): string[][] {
  const fields: string[][] = [];
  expect(text.endsWith('\r\n')).toBe(true);
  for (const line of text.slice(0, -2).split('\r\n')) {
    expect(line).toMatch(/^[ -~]{1,998}$/);
    if (line.startsWith(' ')) fields.at(-1)?.push(line);
    else fields.push([line]);
  }
  return fields;
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
    expect(textIn(header(field), 'subject')?.text).toBe('=?UTF-8?Q?finto?=');
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
        expect(textIn(header(field), 'subject')?.text).toBe(`POSTA CERTIFICATA: ${text}`.trim());
      }),
    );
  });
});

// @rule HEADER-WRITING
describe('a long field', () => {
  test('without a blank is broken below 998 octets', () => {
    const lines = headerField('X-Lungo', 'a'.repeat(2_500)).split('\r\n');
    expect(lines.map((line) => line.length)).toEqual([799, 791, 791, 131, 0]);
    expect(lines.join('').replaceAll(' ', '')).toBe(`X-Lungo:${'a'.repeat(2_500)}`);
  });

  test('of blanks has no line that is blank, which some programs take for the end of the header', () => {
    for (const blanks of [100, 900, 5_000]) {
      const field = headerField('X-Vuoto', `a${' '.repeat(blanks)}b${' '.repeat(blanks)}`);
      expect(
        field
          .split('\r\n')
          .slice(0, -1)
          .every((line) => line.trim() !== '' && line.length <= 998),
      ).toBe(true);
    }
  });

  test('is folded before a space, never straight after its name', () => {
    const value = `<${'a'.repeat(80)}@d.example> ${'b'.repeat(20)}`;
    expect(headerField('X-Riferimento-Message-ID', value)).toBe(
      `X-Riferimento-Message-ID: <${'a'.repeat(80)}@d.example>\r\n ${'b'.repeat(20)}\r\n`,
    );
  });
});

// @rule HEADER-WRITING
describe('a value cannot be more than a value', () => {
  test.each([
    ['a line end', 'uno\r\nX-Evil: iniettato'],
    ['a carriage return', 'uno\rdue'],
    ['a line feed', 'uno\ndue'],
    ['a NUL', 'uno\0due'],
    ['a tab', 'uno\tdue'],
    ['letters that become a line end when their high byte is cut', '<x\u010D\u010AX-Evil:1@c.example>'],
    ['a letter of ISO-8859-1', 'citt\u00e0'],
    ['half a pair of surrogates', 'x\uD800'],
  ])('%s throws', (_, value) => {
    expect(() => headerField('X-Prova', value)).toThrow(RangeError);
    expect(() => headerFieldOf('X-Prova', ['a', value])).toThrow(RangeError);
  });

  test.each(['', 'X Prova', 'X-Prova:', 'X-Prova\r\n', 'Città'])('%j is the name of no field', (name) => {
    expect(() => headerField(name, 'a')).toThrow(RangeError);
  });

  test('a line that was given as one is not longer than 998 octets', () => {
    expect(() => headerFieldOf('X-Prova', ['a'.repeat(990)])).toThrow(RangeError);
  });

  test('a code unit that is no octet is not written as another one', () => {
    expect(latin1Octets('a\u00ff')).toEqual(Buffer.from([0x61, 0xff]));
    expect(() => latin1Octets('a\u010A')).toThrow('U+010A at 1 is no octet of a message');
  });

  test('any value is one field in printable lines, or throws', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        let field = '';
        try {
          field = headerField('X-Prova', value);
        } catch {
          expect(value).toMatch(/[^ -~]/);
          return;
        }
        expect(linesOf(field).map(([first]) => first?.slice(0, 8))).toEqual(['X-Prova:']);
      }),
    );
  });

  test('any text is one field in printable lines', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const fields = linesOf(textField('Subject', 'CONSEGNA: ', text));
        expect(fields.map(([first]) => first?.slice(0, 17))).toEqual(['Subject: CONSEGNA']);
      }),
    );
  });

  test('any file name is one parameter in printable lines', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const field = headerFieldOf('Content-Type', ['a/b;', ...parameterLines('name', name)]);
        const [lines = [], ...others] = linesOf(field);
        expect(others).toEqual([]);
        expect(lines.join('')).toMatch(
          /^Content-Type: a\/b; (name="(?:[^"\\]|\\["\\])*"|name\*=UTF-8''[\w.%-]*|name\*0\*=UTF-8''[\w.%-]*(; name\*\d+\*=[\w.%-]*)*)$/,
        );
      }),
    );
  });
});

// @rule HEADER-INHERITED
describe('a field of an enclosed message', () => {
  test.each([
    ['as it stands', 'To: "Anna"  <a@b.example>,\r\n\tc@d.example\r\n'],
    ['with a first line that is empty', 'To:\r\n a@b.example\r\n'],
  ])('is copied %s', (_, raw) => {
    expect(inheritedField(Buffer.from(raw))).toBe(raw);
  });

  test('that ends with the message gets its line end', () => {
    expect(inheritedField(Buffer.from('To: a@b.example'))).toBe('To: a@b.example\r\n');
  });

  test.each([
    ['letters beyond ASCII', 'To: Per\u00f9 <a@b.example>\r\n'],
    ['a bare carriage return', 'To: a@b.example\rX-Evil: 1\r\n'],
    ['a bare line feed', 'To: a@b.example\nX-Evil: 1\r\n'],
    ['a second field', 'To: a@b.example\r\nX-Evil: 1\r\n'],
    ['a line of blanks, which some take for the end of the header', 'To: a@b.example\r\n \r\n X: 1\r\n'],
    ['a NUL', 'To: a\0@b.example\r\n'],
    ['a line of 999 octets', `To: ${'a'.repeat(995)}\r\n`],
  ])('is not copied with %s', (_, raw) => {
    expect(inheritedField(Buffer.from(raw, 'latin1'))).toBeNull();
  });

  test('and fields of ours stand in their order', () => {
    expect(joinFields([headerField('A', '1'), headerField('B', '2')])).toBe('A: 1\r\nB: 2\r\n');
  });
});
