import { certified, letter } from './odd-submission.ts';
import type { Certified, OddSubmission } from './odd-submission.ts';

/** A message of this type and body; its brief receipt is asked for, so that its parts are read. */
function mime(what: string, type: string, lines: readonly string[], outcome: Partial<Certified> = {}): OddSubmission {
  return {
    what,
    message: letter(
      ['X-TipoRicevuta: breve', 'MIME-Version: 1.0', `Content-Type: ${type}`],
      [...lines, ''].join('\r\n'),
    ),
    outcome: certified(outcome),
  };
}

const text = ['Content-Type: text/plain', '', 'Testo.'];
const nested = (deep: number): string[] =>
  deep === 0
    ? text
    : [`Content-Type: multipart/mixed; boundary=b${deep}`, '', `--b${deep}`, ...nested(deep - 1), `--b${deep}--`];
const messages = (deep: number): string[] =>
  deep === 0 ? ['Subject: il piu interno', '', 'Testo.'] : ['Content-Type: message/rfc822', '', ...messages(deep - 1)];

/** MIME that contradicts itself, or is more than anybody writes: it is certified, and reaches the box as it is. */
export const structures: readonly OddSubmission[] = [
  mime('a multipart that never ends', 'multipart/mixed; boundary=x', ['--x', ...text], {
    holds: ['--x\r\nContent-Type: text/plain'],
  }),
  mime('a multipart without a boundary', 'multipart/mixed', ['--x', ...text, '--x--']),
  mime('a multipart without parts', 'multipart/mixed; boundary=x', ['nessuna parte']),
  mime('a multipart that ends at once', 'multipart/mixed; boundary=x', ['--x--']),
  mime('a boundary that begins another one', 'multipart/mixed; boundary=x', [
    '--xy',
    '',
    'prologo',
    '--x',
    ...text,
    '--x--',
  ]),
  mime('a boundary of seventy octets and one of a hundred', `multipart/mixed; boundary=${'x'.repeat(100)}`, [
    `--${'x'.repeat(100)}`,
    ...text,
    `--${'x'.repeat(100)}--`,
  ]),
  mime('the boundary of the outer part inside the inner one', 'multipart/mixed; boundary=x', [
    '--x',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    ...text,
    '--x--',
    '--x--',
  ]),
  mime('thirty multiparts inside each other', 'multipart/mixed; boundary=a', ['--a', ...nested(30), '--a--']),
  mime('five thousand parts', 'multipart/mixed; boundary=x', [
    ...Array.from({ length: 5_000 }, () => '--x\r\n\r\na'),
    '--x--',
  ]),
  mime('a message in a message in a message', 'message/rfc822', messages(3), { holds: ['Subject: il piu interno'] }),
  mime('a digest', 'multipart/digest; boundary=x', [
    '--x',
    '',
    'From: a@b.example',
    '',
    'Uno.',
    '--x',
    '',
    'From: c@d.example',
    '',
    'Due.',
    '--x--',
  ]),
  mime('an encoding that nobody knows', 'text/plain\r\nContent-Transfer-Encoding: x-nessuno', ['Testo.'], {
    holds: ['x-nessuno'],
  }),
  mime(
    'two different encodings',
    'text/plain\r\nContent-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit',
    ['VGVzdG8='],
  ),
  mime('base64 that is none', 'application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64', [
    '!!!! questo non e base64 ????',
  ]),
  mime(
    'a multipart in base64, which no multipart may be',
    'multipart/mixed; boundary=x\r\nContent-Transfer-Encoding: base64',
    ['LS14DQ0KdGVzdG8NCi0teC0t'],
  ),
  mime('two types', 'text/plain\r\nContent-Type: text/html', ['<p>Testo.</p>']),
  mime('a type that is none', 'niente', ['Testo.']),
  mime(
    'a type with a thousand parameters',
    `text/plain${Array.from({ length: 1_000 }, (_, nth) => `;\r\n a${nth}=b`).join('')}`,
    ['Testo.'],
  ),
  mime('a message/partial', 'message/partial; number=1; total=2; id="a@b"', ['Subject: a', '', 'b'], {
    holds: ['message/partial'],
  }),
  mime('a message/external-body', 'message/external-body; access-type=URL; URL="http://altrove.example/x"', [
    'Content-Type: text/plain',
    '',
  ]),
];

function marked(what: string, fields: readonly string[], outcome: Partial<Certified>): OddSubmission {
  return { what, message: letter(fields), outcome: certified(outcome) };
}

const attachment = (name: string, content: string): string =>
  letter(
    ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=x'],
    [
      '--x',
      ...text,
      '--x',
      `Content-Type: application/xml; name="${name}"`,
      `Content-Disposition: inline; filename="${name}"`,
      '',
      content,
      '--x--',
      '',
    ].join('\r\n'),
  );

/** Marks of certified mail that a user sets: they stay in the enclosed message, and no certified header has them. */
export const marks: readonly OddSubmission[] = [
  marked('X-TipoRicevuta: sintetica', ['X-TipoRicevuta: sintetica', 'Subject: Concisa'], { oggetto: 'Concisa' }),
  marked('X-TipoRicevuta in capitals', ['X-TIPORICEVUTA: BREVE'], {}),
  marked('an X-TipoRicevuta that is none', ['X-TipoRicevuta: completissima'], {}),
  marked('an X-Ricevuta of the sender', ['X-Ricevuta: avvenuta-consegna'], {
    holds: ['X-Ricevuta: avvenuta-consegna'],
  }),
  marked('an X-Trasporto of the sender', ['X-Trasporto: errore'], { holds: ['X-Trasporto: errore'] }),
  marked('an X-VerificaSicurezza of the sender', ['X-VerificaSicurezza: errore'], {
    holds: ['X-VerificaSicurezza: errore'],
  }),
  marked('a Return-Path of the sender', ['Return-Path: <altri@altrove.example>'], {}),
  {
    what: 'a daticert.xml of the sender',
    message: attachment('daticert.xml', '<postacert tipo="avvenuta-consegna" errore="nessuno"/>'),
    outcome: certified({ holds: ['<postacert tipo="avvenuta-consegna" errore="nessuno"/>'] }),
  },
  {
    what: 'a postacert.eml of the sender',
    message: attachment('postacert.eml', 'From: a@b.example\r\n\r\nFalso.'),
    outcome: certified({ holds: ['Falso.'] }),
  },
  {
    what: 'a smime.p7s of the sender',
    message: attachment('smime.p7s', 'MIIB'),
    outcome: certified({ holds: ['\r\nMIIB\r\n'] }),
  },
];
