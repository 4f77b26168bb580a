import { certified, comune, letter, mario, refused, utf8 } from './odd-submission.ts';
import type { OddSubmission } from './odd-submission.ts';

const idLost = 'Il Message-ID assegnato dal mittente non è riportato';

/** Values that try to become header fields of what a provider signs. */
export const injections: readonly OddSubmission[] = [
  {
    what: 'a Message-ID of U+010D U+010A, whose low octets are CR and LF',
    message: letter([utf8('Message-ID: <a\u010d\u010aX-Evil: 1@b.example>')]),
    outcome: certified({ remarks: [idLost] }),
  },
  {
    what: 'a Message-ID whose low octets end the header',
    message: letter([utf8('Message-ID: <x\u010d\u010a\u010d\u010aCorpo falso@c.example>')]),
    outcome: certified({ remarks: [idLost] }),
  },
  {
    what: 'a Message-ID with a field on its continuation line',
    message: letter(['Message-ID: <a@b.example>\r\n X-Evil: 1']),
    outcome: certified({ msgid: '<a@b.example> X-Evil: 1' }),
  },
  {
    what: 'a Message-ID with CRLF in an encoded word, which is none in this field',
    message: letter(['Message-ID: <=?utf-8?Q?=0D=0AX-Evil:_1?=@b.example>']),
    outcome: certified({ msgid: '<=?utf-8?Q?=0D=0AX-Evil:_1?=@b.example>' }),
  },
  {
    what: 'a Message-ID with a NUL',
    message: letter(['Message-ID: <a\0b@c.example>', 'Subject: Con NUL']),
    outcome: certified({ oggetto: 'Con NUL', remarks: [idLost] }),
  },
  {
    what: 'a subject with CRLF in a Q word',
    message: letter(['Subject: =?utf-8?Q?a=0D=0AX-Evil:_1?=']),
    outcome: certified({ oggetto: 'a  X-Evil: 1' }),
  },
  {
    what: 'a subject with CRLF and a Bcc in a B word',
    message: letter(['Subject: =?utf-8?B?YQ0KQmNjOiB4QHkuaXQ=?=']),
    outcome: certified({ oggetto: 'a  Bcc: x@y.it' }),
  },
  {
    what: 'a subject with an empty line in a Q word',
    message: letter(['Subject: =?us-ascii?Q?fine=0D=0A=0D=0ACorpo?=']),
    outcome: certified({ oggetto: 'fine    Corpo' }),
  },
  {
    what: 'a subject with U+2028 in a Q word',
    message: letter(['Subject: =?utf-8?Q?a=E2=80=A8b?=']),
    outcome: certified({ oggetto: 'a\u2028b' }),
  },
  {
    what: 'a raw subject of U+010D U+010A',
    message: letter([utf8('Subject: a\u010d\u010aX-Evil: 1')]),
    outcome: refused(['SUBMISSION-ASCII'], 'il campo Subject contiene il byte 0xC4'),
  },
  {
    what: 'a subject with a NUL',
    message: letter(['Subject: prima\0dopo']),
    outcome: refused(['SUBMISSION-HEADER', 'SUBMISSION-ASCII'], 'il campo Subject contiene il byte 0x00'),
  },
  {
    what: 'a subject with DEL',
    message: letter(['Subject: prima\x7fdopo']),
    outcome: refused(['SUBMISSION-ASCII'], 'il campo Subject contiene il byte 0x7F'),
  },
  {
    what: 'a subject with a vertical tab',
    message: letter(['Subject: prima\x0bdopo']),
    outcome: refused(['SUBMISSION-ASCII'], 'il campo Subject contiene il byte 0x0B'),
  },
  {
    what: 'a subject with an escape sequence of terminals',
    message: letter(['Subject: \x1b[31mrosso']),
    outcome: refused(['SUBMISSION-ASCII'], 'il campo Subject contiene il byte 0x1B'),
  },
  {
    what: 'a Reply-To with CRLF in the encoded display name',
    message: letter([`Reply-To: =?utf-8?Q?x=0D=0ABcc:_y@z.it?= <${mario}>`]),
    outcome: certified(),
  },
  {
    what: 'a raw Reply-To of U+010D U+010A',
    message: letter([utf8(`Reply-To: "a\u010d\u010aX-Evil: 1" <${mario}>`)]),
    outcome: refused(['SUBMISSION-ASCII'], 'il campo Reply-To contiene il byte 0xC4'),
  },
  {
    what: 'a field that the house does not read, with an octet of ISO-8859-1',
    message: letter(['X-Ufficio: Libert\xe0']),
    outcome: refused(['SUBMISSION-ASCII'], 'il campo X-Ufficio contiene il byte 0xE0'),
  },
  {
    what: 'two fields with octets beyond ASCII, each of which is named',
    message: letter(['Subject: citt\xe0', 'Comments: perch\xe9']),
    outcome: refused(
      ['SUBMISSION-ASCII', 'SUBMISSION-ASCII'],
      'il campo Subject contiene il byte 0xE0',
      'il campo Comments contiene il byte 0xE9',
    ),
  },
  {
    what: 'a To whose display name is raw UTF-8',
    message: letter([]).replace(`To: ${comune}`, utf8(`To: Città <${comune}>`)),
    outcome: refused(['SUBMISSION-ASCII'], 'il campo To contiene il byte 0xC3'),
  },
  {
    what: 'a name of a file with %0D%0A in it',
    message: attached("filename*=utf-8''a%0D%0AX-Evil%3A%201.pdf"),
    outcome: certified({ receiptHolds: ['filename="a  X-Evil: 1.pdf.hash"'] }),
  },
  {
    what: 'a name of a file with CRLF in an encoded word',
    message: attached('filename="=?utf-8?Q?a=0D=0AX-Evil:_1.pdf?="'),
    outcome: certified({ receiptHolds: ['filename="a  X-Evil: 1.pdf.hash"'] }),
  },
  {
    what: 'a name of a file of raw U+010D U+010A',
    message: attached(utf8('filename="a\u010d\u010ab.pdf"')),
    outcome: certified({ receiptHolds: ["filename*=UTF-8''a%C4%8D%C4%8Ab.pdf.hash"] }),
  },
  {
    what: 'a name of a file with a quotation mark and a semicolon',
    message: attached('filename="a\\"; X-Evil=1; b=\\".pdf"'),
    outcome: certified({ receiptHolds: ['filename="a\\"; X-Evil=1; b=\\".pdf.hash"'] }),
  },
];

function attached(disposition: string): string {
  const parts = [
    '--x',
    'Content-Type: application/pdf',
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; ${disposition}`,
    '',
    'JVBERi0xLjQK',
    '--x--',
    '',
  ];
  const head = ['X-TipoRicevuta: breve', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=x'];
  return letter(head, parts.join('\r\n'));
}
