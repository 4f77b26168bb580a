import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { at, sender } from '../test/example.ts';
import { decodeText } from './encoded-words.ts';
import { readDaticert } from './daticert-reader.ts';
import { writeDaticert } from './daticert-writer.ts';
import { acceptanceReceipt, readOriginal, transportEnvelope, withCertifiedId } from './index.ts';

const id = 'pec1.20140714093015.04711@posta.gestore.example';

describe('a subject in encoded words', () => {
  test.each([
    ['one word', '=?UTF-8?Q?Citt=C3=A0?=', 'Città'],
    ['split inside a character, in Q', '=?UTF-8?Q?caff=C3?= =?UTF-8?Q?=A8_caldo?=', 'caffè caldo'],
    ['split inside a character, in B with padding', '=?UTF-8?B?Y2FmZsM=?= =?UTF-8?B?qCBjYWxkbw==?=', 'caffè caldo'],
    ['split inside a character, in B without padding', '=?UTF-8?B?Y2FmZsM?= =?UTF-8?B?qCBjYWxkbw?=', 'caffè caldo'],
    ['split inside a character, from B to Q', '=?UTF-8?B?Y2FmZsM=?= =?utf-8?q?=A8_caldo?=', 'caffè caldo'],
    ['split inside an octet of B', '=?utf-8?B?YWJjZG?= =?utf-8?B?Vm?=', 'abcdef'],
    [
      'split inside a character of two octets of another charset',
      '=?shift_jis?B?g2U=?= =?shift_jis?B?g1iDZw==?=',
      'テスト',
    ],
    ['without padding, each whole', '=?utf-8?B?YQ?= =?utf-8?B?Yg?=', 'ab'],
    ['of two charsets', '=?UTF-8?Q?Citt=C3=A0?= =?ISO-8859-1?Q?_per=F9?=', 'Città perù'],
    ['with a language', '=?UTF-8*it?Q?Citt=C3=A0?=', 'Città'],
    ['between other words', 'Oggetto: =?UTF-8?Q?Citt=C3=A0?=  e  altro', 'Oggetto: Città  e  altro'],
    ['of windows-1252, also under the name of ISO-8859-1', '=?windows-1252?Q?=80?= =?iso-8859-1?Q?_=92?=', '€ ’'],
    ['with line ends and tabs, which are blanks', '=?UTF-8?Q?uno=0D=0Adue=09tre?=', 'uno  due tre'],
    ['that do not end', '=?utf-8?B?YWJj', '=?utf-8?B?YWJj'],
  ])('%s', (_, value, text) => {
    expect(decodeText(value)).toEqual({ text, lost: false });
  });

  test.each([
    ['octets that are no UTF-8', 'a =?utf-8?B?////?= b'],
    ['half a character', '=?UTF-8?Q?caff=C3?='],
    ['half a pair of surrogates', '=?utf-16be?B?2D0AYQ==?='],
    ['a charset that nobody knows', '=?x-nessuno?Q?abc?='],
    ['letters beyond ASCII in ASCII', '=?us-ascii?Q?citt=E0?='],
    ['base64 that is none', '=?utf-8?B?YW-j?='],
    ['base64 cut inside an octet', '=?utf-8?B?YWJjZG?='],
    ['a NUL', '=?utf-8?Q?a=00b?='],
    ['control characters', '=?utf-8?Q?a=1B=07b?='],
    ['the mark of what somebody else has lost', '=?utf-8?Q?caff=EF=BF=BD?='],
    ['what XML cannot hold', '=?utf-8?Q?a=EF=BF=BFb?='],
    ['words between which the blank stays', '=?x-n?B?YWJj?= =?x-n?B?YWJj?='],
  ])('that hold %s are kept as they stand, and that is told', (_, value) => {
    expect(decodeText(value)).toEqual({ text: value, lost: true });
  });

  test('are decoded beside others that cannot be', () => {
    expect(decodeText('=?UTF-8?Q?Citt=C3=A0?= =?x-nessuno?Q?abc?= =?UTF-8?Q?=C3=A8?=')).toEqual({
      text: 'Città =?x-nessuno?Q?abc?= è',
      lost: true,
    });
  });

  test('however many octets a program puts into a word, come back letter by letter', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).map((drawn) =>
      drawn
        .toWellFormed()
        .replace(/[\p{Cc}\uFFFD]/gu, '')
        .trim(),
    );
    const pieces = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom('B', 'b', 'Q', 'nopad')));
    fc.assert(
      fc.property(text, pieces, (subject, sizes) => {
        const octets = Buffer.from(subject, 'utf8');
        const words: string[] = [];
        let from = 0;
        for (const [size, encoding] of [...sizes, [octets.length, 'B'] as const]) {
          const piece = octets.subarray(from, from + size);
          from += size;
          if (piece.length === 0) continue;
          const quoted = Array.from(piece, (octet) => `=${octet.toString(16).toUpperCase().padStart(2, '0')}`).join('');
          const base64 = piece.toString('base64');
          if (encoding === 'Q') words.push(`=?utf-8?Q?${quoted}?=`);
          else words.push(`=?UTF-8?B?${encoding === 'nopad' ? base64.replaceAll('=', '') : base64}?=`);
        }
        expect(decodeText(words.join(' '))).toEqual({ text: subject, lost: false });
      }),
    );
  });

  // @rule DECODED-WHOLE
  test('never become U+FFFD, whatever they hold', () => {
    const word = fc
      .tuple(
        fc.constantFrom('utf-8', 'utf-16', 'iso-2022-jp', 'big5', 'x-n'),
        fc.constantFrom('B', 'Q'),
        fc.uint8Array({ maxLength: 12 }),
      )
      .map(([charset, encoding, octets]) => {
        const quoted = Array.from(octets, (octet) => `=${octet.toString(16).padStart(2, '0')}`).join('');
        return `=?${charset}?${encoding}?${encoding === 'B' ? Buffer.from(octets).toString('base64') : quoted}?=`;
      });
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string())), (words) => {
        const value = words.join(' ').replaceAll('\uFFFD', '').toWellFormed().replaceAll('\uFFFD', '');
        expect(decodeText(value).text).not.toMatch(/[\p{Cc}\uFFFD]/u);
      }),
    );
  });
});

// @rule DECODED-WHOLE
describe('the certified subject', () => {
  function submitted(subject: string) {
    const date = 'Date: Mon, 14 Jul 2014 09:30:00 +0200';
    const lines = [
      'From: mario@pec.example',
      'To: ufficio@pec.comune.example',
      date,
      `Subject: ${subject}`,
      '',
      'Testo.',
    ];
    const original = readOriginal(Buffer.from(lines.join('\r\n'), 'latin1'));
    if (!original) throw new Error('the message was not read');
    const message = {
      identificativo: id,
      msgid: null,
      mittente: 'mario@pec.example',
      destinatari: [{ indirizzo: 'ufficio@pec.comune.example', tipo: 'certificato' as const }],
      risposte: 'mario@pec.example',
      oggetto: original.oggetto,
      ricevuta: original.ricevuta,
      remarks: original.remarks,
    };
    return { original, message };
  }

  test('of two words in base64 with padding is whole in data, receipt and envelope', () => {
    const { original, message } = submitted('=?UTF-8?B?Y2FmZsM=?=\r\n =?UTF-8?B?qCBjYWxkbw==?=');
    expect([original.oggetto, original.remarks]).toEqual(['caffè caldo', []]);
    const receipt = acceptanceReceipt(message, { provider: sender, messageId: `x.${id}`, at });
    expect(receipt.header).toContain('Subject: ACCETTAZIONE: =?UTF-8?Q?caff=C3=A8_caldo?=\r\n');
    expect(readDaticert(Buffer.from(writeDaticert(receipt.certification)))).toMatchObject({ oggetto: 'caffè caldo' });
    const envelope = transportEnvelope(message, { provider: sender, at }, withCertifiedId(original, id));
    expect(envelope.header).toContain('Subject: POSTA CERTIFICATA: =?UTF-8?Q?caff=C3=A8_caldo?=\r\n');
  });

  // @rule REMARK-TOLD
  test('that cannot be decoded is the text that stands in the message, and the acceptance says so', () => {
    const { original, message } = submitted('=?UTF-8?B?////?= urgente');
    expect([original.oggetto, original.remarks]).toEqual(['=?UTF-8?B?////?= urgente', ['subject-undecoded']]);
    const receipt = acceptanceReceipt(message, { provider: sender, messageId: `x.${id}`, at });
    expect(receipt.content.toString().replace(/=\r\n/g, '')).toContain(
      "L'oggetto non =E8 interamente decodificabile: =E8 riportato come =E8 scritto nel messaggio.",
    );
    expect(writeDaticert(receipt.certification)).toContain('<oggetto>=?UTF-8?B?////?= urgente</oggetto>');
  });

  test('in bytes that are no UTF-8 is a guess, and that is told', () => {
    const { original } = submitted('Citt\xe0');
    expect([original.oggetto, original.remarks]).toEqual(['Città', ['subject-undecoded']]);
  });
});
