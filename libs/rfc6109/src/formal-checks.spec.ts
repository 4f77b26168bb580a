import { describe, expect, test } from '@jest/globals';
import { formalChecks, readOriginal } from './index.ts';

const limits = { bytesTimesRecipients: 1000, recipients: 3 };
const good = 'From: Mario <Mario@d.example>\r\nTo: a@p.example\r\nCc: b@p.example\r\nBcc:\r\n\r\ntesto\r\n';

interface Dialog {
  readonly from?: string;
  readonly to?: string[];
}

function refusalsOf(text: string, { from = 'mario@d.example', to = ['a@p.example', 'b@p.example'] }: Dialog = {}) {
  const original = readOriginal(Buffer.from(text, 'latin1'));
  if (!original) throw new Error('the message was not read');
  return formalChecks({ reversePath: from, forwardPath: to, original }, limits);
}

function rulesBroken(text: string, dialog?: Dialog): string[] {
  return refusalsOf(text, dialog).map(({ rule }) => rule);
}

describe('the access point (RFC 6109 section 3.1.1)', () => {
  test('admits a message whose header and dialog agree, whatever the case of its addresses', () => {
    expect(rulesBroken(good)).toEqual([]);
  });

  // @rule RFC6109-3.1.1-1 RFC6109-3.1.1-2 RFC6109-3.1.1-3 RFC6109-3.1.1-5 SUBMISSION-HEADER SUBMISSION-SENDER-FIELD
  test.each([
    ['no From', good.replace(/From: .*\r\n/, ''), ['RFC6109-3.1.1-1']],
    ['a From without an address', good.replace(/From: .*\r\n/, 'From: Mario\r\n'), ['RFC6109-3.1.1-1']],
    ['two From', `From: mario@d.example\r\n${good}`, ['RFC6109-3.1.1-1']],
    [
      'two addresses in From',
      good.replace(/From: .*\r\n/, 'From: mario@d.example, x@d.example\r\n'),
      ['RFC6109-3.1.1-1'],
    ],
    ['a To without an address', good.replace('To: a@p.example', 'To: Comune, a@p.example'), ['RFC6109-3.1.1-2']],
    [
      'two addresses in one entry',
      good.replace('To: a@p.example', 'To: <a@p.example> <z@p.example>'),
      ['RFC6109-3.1.1-2'],
    ],
    ['two addresses with a blank between', good.replace('Cc: b@', 'Cc: b@p.example z@'), ['RFC6109-3.1.1-2']],
    ['a comment without an end', good.replace('To: a@', 'To: (ufficio a@'), ['RFC6109-3.1.1-2']],
    ['an angle bracket without an end', good.replace('To: a@', 'To: z@p.example <a@'), ['RFC6109-3.1.1-2']],
    [
      'two addresses in the entry of From',
      good.replace('<Mario@d.example>', '<Mario@d.example> <z@d.example>'),
      ['RFC6109-3.1.1-1'],
    ],
    ['another From than the sender', good.replace('Mario@d.example', 'x@d.example'), ['RFC6109-3.1.1-3']],
    ['a blind copy', good.replace('Bcc:', 'Bcc: c@p.example'), ['RFC6109-3.1.1-5']],
    ['a blind copy of what is sent again', good.replace('Bcc:', 'Resent-Bcc: c@p.example'), ['RFC6109-3.1.1-5']],
    ['a Sender of another', good.replace('Bcc:', 'Sender: x@d.example'), ['SUBMISSION-SENDER-FIELD']],
    ['a Sender that is no address', good.replace('Bcc:', 'Sender: Mario'), ['SUBMISSION-SENDER-FIELD']],
    ['a line of blanks in the header', good.replace('Bcc:', 'X-Suo: 1\r\n \r\nBcc:'), ['SUBMISSION-HEADER']],
    ['a line that is no field', good.replace('Bcc:', 'niente\r\nBcc:'), ['SUBMISSION-HEADER']],
    ['a NUL byte', good.replace('testo', 'te\0sto'), ['SUBMISSION-HEADER']],
  ])('refuses %s', (_, text, rules) => {
    expect(rulesBroken(text)).toEqual(rules);
  });

  test('refuses a message without To, and names who is then hidden', () => {
    expect(rulesBroken(good.replace('To: a@p.example\r\n', ''))).toEqual(['RFC6109-3.1.1-2', 'RFC6109-3.1.1-4']);
  });

  // @rule RFC6109-3.1.1-4
  test('refuses a recipient that stands neither in To nor in Cc, and names it', () => {
    expect(refusalsOf(good, { to: ['a@p.example', 'b@p.example', 'c@p.example'] })).toMatchObject([
      {
        refused: 'submission/recipient-hidden',
        rule: 'RFC6109-3.1.1-4',
        words: { it: 'destinatari assenti da To e Cc: c@p.example' },
      },
    ]);
  });

  // @rule RFC6109-3.1.1-4
  test.each([
    [
      'quoted pairs, nested comments and encoded words',
      'To: "a \\" b" <a@p.example> (x (y) \\) z), =?utf-8?Q?c(,?= <b@p.example>',
    ],
    ['groups, comments and names', 'To: Uffici: "c@p.example" <A@p.example> (d@p.example);\r\nCc: b@P.example'],
  ])('compares sets of addresses: %s are no fault', (_, fields) => {
    const text = good.replace(/To: [^]*b@p\.example/, fields);
    expect(rulesBroken(text, { to: ['a@p.example', 'B@p.example', 'b@p.example'] })).toEqual([]);
  });

  test('compares domains as A-labels', () => {
    const text = good.replace('b@p.example', 'b@xn--citt-3na.example');
    expect(rulesBroken(text, { to: ['a@p.example', 'b@citt\u00e0.example'] })).toEqual([]);
  });

  test('names twenty of those that are hidden, and counts the others', () => {
    const to = Array.from({ length: 23 }, (_, nth) => `h${nth}@p.example`);
    const [refusal] = refusalsOf(good, { to });
    expect(refusal?.words.it).toMatch(/: h0@p\.example, .*h19@p\.example e altri 3$/);
    expect(refusal?.words.en).toMatch(/h19@p\.example and 3 more$/);
  });

  // @rule RFC6109-3.1.1-4
  test('refuses a dialog that leaves out an address of To or Cc, and names it', () => {
    const [refusal, ...others] = refusalsOf(good, { to: ['a@p.example'] });
    expect(others).toEqual([]);
    expect(refusal).toMatchObject({
      rule: 'RFC6109-3.1.1-4',
      words: { it: 'indirizzi di To e Cc a cui il messaggio non è stato inviato: b@p.example' },
    });
  });

  test('takes one address that stands twice, in To and in Cc or in the dialog, for one', () => {
    expect(rulesBroken(good.replace('b@p.example', 'b@p.example, A@P.example'))).toEqual([]);
    expect(rulesBroken(good, { to: ['b@p.example', 'a@p.example', 'a@p.example'] })).toEqual([]);
  });

  // @rule RFC6109-3.1.1-6
  test('counts size by recipients: 500 bytes pass twice and fail three times', () => {
    const text = good.replace('testo', 'x'.repeat(500 - good.length + 5));
    expect(text).toHaveLength(500);
    expect(rulesBroken(text)).toEqual([]);
    expect(
      rulesBroken(text.replace('b@p.example', 'b@p.example, c@p.example').replace(/x{13}/, ''), {
        to: ['a@p.example', 'b@p.example', 'c@p.example'],
      }),
    ).toEqual(['RFC6109-3.1.1-6']);
  });

  // @rule SUBMISSION-RECIPIENTS
  test('refuses more recipients than the programme admits', () => {
    const names = ['a@p.example', 'b@p.example', 'c@p.example', 'd@p.example'];
    expect(rulesBroken(good.replace('To: a@p.example', `To: ${names.join(', ')}`), { to: names })).toEqual([
      'SUBMISSION-RECIPIENTS',
    ]);
  });

  test('tells every fault, in the order of the rules', () => {
    expect(rulesBroken('Bcc: c@p.example\r\n\r\n', { to: ['c@p.example'] })).toEqual([
      'RFC6109-3.1.1-1',
      'RFC6109-3.1.1-2',
      'RFC6109-3.1.1-4',
      'RFC6109-3.1.1-5',
    ]);
  });
});

describe('the form of RFC 5322', () => {
  const roomy = { bytesTimesRecipients: 10_000_000, recipients: 3 };

  function refusals(text: string) {
    const original = readOriginal(Buffer.from(text, 'latin1'));
    if (!original) throw new Error('the message was not read');
    const dialog = { reversePath: 'mario@d.example', forwardPath: ['a@p.example', 'b@p.example'] };
    return formalChecks({ ...dialog, original }, roomy);
  }

  const inItalian = (text: string) => refusals(text).map(({ rule, words }) => `${rule}: ${words.it}`);
  const withField = (field: string) => good.replace('Bcc:', `${field}\r\nBcc:`);

  // @rule SUBMISSION-FIELD-ONCE
  test.each(['To', 'Sender', 'Reply-To', 'Cc', 'Subject', 'Message-ID', 'Date', 'In-Reply-To', 'References'])(
    'has the field %s once',
    (name) => {
      const value = name === 'Sender' ? 'mario@d.example' : 'a@p.example';
      const others = good.replace(/^(To|Cc): .*\r\n/gm, '');
      const both = `To: a@p.example\r\nCc: b@p.example\r\n`.replace(new RegExp(`${name}: .*\r\n`), '');
      const twice = `${name}: ${name === 'Cc' ? 'b@p.example' : value}\r\n`.repeat(2);
      expect(inItalian(`${both}${twice}${others}`)).toEqual([
        `SUBMISSION-FIELD-ONCE: il campo ${name} compare 2 volte: è ammesso una volta sola (RFC 5322)`,
      ]);
    },
  );

  test('names a From that stands twice', () => {
    expect(inItalian(`From: mario@d.example\r\n${good}`)).toEqual(['RFC6109-3.1.1-1: il campo From compare 2 volte']);
  });

  test('admits fields of its own twice, and a Sender that is the author', () => {
    expect(inItalian(withField('X-Suo: 1\r\nX-Suo: 2\r\nSender: Mario <MARIO@d.example>'))).toEqual([]);
  });

  test('is told when there is no Date, and that is no fault', () => {
    expect(readOriginal(Buffer.from(good))?.remarks).toEqual(['date-missing']);
    expect(readOriginal(Buffer.from(withField('Date: Mon, 14 Jul 2014 09:30:15 +0200')))?.remarks).toEqual([]);
  });

  // @rule SUBMISSION-ASCII
  test.each([
    ['a letter in UTF-8', 'Subject: Citt\xc3\xa0', 'Subject', '0xC3'],
    ['a letter in ISO-8859-1', 'to: Per\xf9 <a@p.example>', 'to', '0xF9'],
    ['a control character', 'X-Suo: a\x0bb', 'X-Suo', '0x0B'],
    ['a delete', 'X-Suo: a\x7fb', 'X-Suo', '0x7F'],
    ['a bare line feed', 'X-Suo: a\nX-Altro: b', 'X-Suo', '0x0A'],
    ['a bare carriage return', 'X-Suo: a\rX-Altro: b', 'X-Suo', '0x0D'],
    ['a bare line feed before a blank', 'X-Suo: a\n b', 'X-Suo', '0x0A'],
  ])('has no %s in its header: the field and the byte are named', (_, field, name, byte) => {
    const text = name === 'to' ? good.replace(/To: .*/, field) : withField(field);
    expect(inItalian(text)).toEqual([
      `SUBMISSION-ASCII: il campo ${name} contiene il byte ${byte}, che non è ASCII stampabile (RFC 5322)`,
    ]);
  });

  test('has the line ends of a file when it comes with no others', () => {
    expect(inItalian(good.replaceAll('\r\n', '\n'))).toEqual([]);
    expect(inItalian(withField('X-Suo: a\rX-Altro: b').replaceAll('\r\n', '\n'))).toEqual([
      'SUBMISSION-ASCII: il campo X-Suo contiene il byte 0x0D, che non è ASCII stampabile (RFC 5322)',
    ]);
  });

  // @rule SUBMISSION-ASCII
  test.each([
    ['letters beyond ASCII', '<citt\xc3\xa0@c.example>'],
    ['a NUL', '<a\0b@c.example>'],
    ['no angle brackets and a tab', 'a\tb'],
    ['no end', `<${'x'.repeat(1_200)}>`],
    ['a line of blanks', '<a\r\n \r\n b@c.example>'],
  ])('takes a Message-ID with %s, which is replaced', (_, id) => {
    expect(inItalian(withField(`Message-ID: ${id}`))).toEqual([]);
  });

  // @rule SUBMISSION-LINES
  test.each([
    ['998 octets in the body', good.replace('testo', 'x'.repeat(998)), []],
    [
      '999 octets in the body',
      good.replace('testo', `uno\r\n${'x'.repeat(999)}`),
      ['SUBMISSION-LINES: la riga 7 del messaggio ha 999 byte: il massimo è 998 (RFC 5322)'],
    ],
    [
      '999 octets at the end, without a line end',
      `${good}${'\xe9'.repeat(999)}`,
      ['SUBMISSION-LINES: la riga 7 del messaggio ha 999 byte: il massimo è 998 (RFC 5322)'],
    ],
    [
      'a thousand octets in the header',
      withField(`X-Suo: ${'x'.repeat(993)}`),
      ['SUBMISSION-LINES: la riga 4 del messaggio ha 1000 byte: il massimo è 998 (RFC 5322)'],
    ],
    ['many short lines', `${good}${'riga\r\n'.repeat(50_000)}`, []],
    ['998 octets again and again', `${good}${`${'x'.repeat(998)}\r\n`.repeat(500)}`, []],
    ['998 octets and no line end', `${good}${'x'.repeat(998)}`, []],
  ])('has lines of at most 998 octets: %s', (_, text, faults) => {
    expect(inItalian(text)).toEqual(faults);
  });

  test('refuses two subjects, of which readers show one or the other', () => {
    const text = [
      'From: mario@d.example',
      'To: a@p.example, b@p.example',
      'Subject: Prima',
      'Subject: Seconda',
      '',
      'Testo.',
      '',
    ].join('\r\n');
    expect(inItalian(text)).toEqual([
      'SUBMISSION-FIELD-ONCE: il campo Subject compare 2 volte: è ammesso una volta sola (RFC 5322)',
    ]);
  });
});
